using ActorProxy.ControlPlane.AdminSocket;
using CsCheck;
using Xunit;

namespace ActorProxy.Tests.ControlPlane.AdminSocket;

public class ConnectionPoolTests
{
    [Fact]
    public void Two_slots_are_kept_from_everybody_else()
    {
        var pool = new ConnectionPool(10);

        Assert.Equal(8, Enumerable.Range(0, 20).Count(number => pool.TryTake(number, isRootOrOwn: false)));
        Assert.Equal(2, Enumerable.Range(100, 20).Count(number => pool.TryTake(number, isRootOrOwn: true)));
    }

    [Fact]
    public void Root_may_have_them_all()
    {
        var pool = new ConnectionPool(3);

        Assert.Equal(3, Enumerable.Range(0, 20).Count(number => pool.TryTake(number, isRootOrOwn: true)));
    }

    [Fact]
    public void A_slot_that_comes_back_is_free()
    {
        var pool = new ConnectionPool(3);
        Assert.True(pool.TryTake(1, isRootOrOwn: false));
        Assert.False(pool.TryTake(2, isRootOrOwn: false));

        pool.Return(1);

        Assert.True(pool.TryTake(2, isRootOrOwn: false));
    }

    [Fact]
    public void However_they_come_and_go_nobody_else_gets_more_than_all_but_two() =>
        Gen.Select(Gen.Int[3, 8], Gen.Select(Gen.Int[0, 12], Gen.Bool, Gen.Bool).Array[0, 60]).Sample((size, steps) =>
        {
            var pool = new ConnectionPool(size);
            var held = new Dictionary<long, bool>();
            foreach (var (number, isRootOrOwn, comes) in steps)
            {
                if (!comes)
                {
                    pool.Return(number);
                    held.Remove(number);
                }
                else if (!held.ContainsKey(number) && pool.TryTake(number, isRootOrOwn))
                {
                    held.Add(number, isRootOrOwn);
                }

                Assert.Equal(held.Count, pool.Taken);
                Assert.True(held.Count <= size);
                Assert.True(held.Count(one => !one.Value) <= size - 2);
            }
        });
}
