using System.Diagnostics;
using ActorProxy.Core.Linux;

namespace ActorProxy.Core.Metrics;

/// <summary>
/// Shows the build, the process as the kernel sees it, and the .NET runtime under names close to OpenTelemetry's
/// (<c>dotnet_gc_collections_total</c>). Takes no descriptor.
/// </summary>
public sealed class ProcessMetrics : IMetricSource
{
    private readonly ProcessUsage _usage;
    private readonly double _startedAt;

    /// <summary>Shows this process.</summary>
    /// <param name="usage">What the kernel says.</param>
    public ProcessMetrics(ProcessUsage usage)
    {
        _usage = usage;
        using var process = Process.GetCurrentProcess();
        _startedAt = new DateTimeOffset(process.StartTime).ToUnixTimeMilliseconds() / 1000.0;
    }

    /// <inheritdoc/>
    public void Write(PrometheusText text)
    {
        text.Metric(MetricType.Gauge, "actor_proxy_build_info", "Which build this is; always 1.");
        text.Sample(1, ("version", BuildVersion.Version), ("commit", BuildVersion.Commit));
        text.Single(MetricType.Gauge, "actor_proxy_open_fds", "Open file descriptors.", _usage.OpenDescriptors());
        text.Single(MetricType.Gauge, "actor_proxy_max_fds", "How many file descriptors there may be.", DescriptorLimit.Soft);
        text.Single(MetricType.Gauge, "process_start_time_seconds", "When the process started, in seconds since 1970.", _startedAt);
        text.Single(MetricType.Gauge, "process_resident_memory_bytes", "Memory that is in RAM.", _usage.ResidentBytes());
        WriteCpu(text);
        WriteCollector(text);
        WriteThreads(text);
    }

    private static void WriteCpu(PrometheusText text)
    {
        var cpu = Environment.CpuUsage;
        text.Single(MetricType.Counter, "process_cpu_seconds_total", "CPU time, user and system.", cpu.TotalTime.TotalSeconds);
        text.Metric(MetricType.Counter, "dotnet_process_cpu_time_seconds_total", "CPU time by mode.");
        text.Sample(cpu.UserTime.TotalSeconds, ("cpu_mode", "user"));
        text.Sample(cpu.PrivilegedTime.TotalSeconds, ("cpu_mode", "system"));
        text.Single(MetricType.Gauge, "dotnet_process_cpus", "CPUs that the process may use.", Environment.ProcessorCount);
    }

    private static void WriteCollector(PrometheusText text)
    {
        text.Metric(MetricType.Counter, "dotnet_gc_collections_total", "Garbage collections; those of a generation count in the younger ones no more.");
        for (var generation = 0; generation <= GC.MaxGeneration; generation++)
        {
            var older = generation < GC.MaxGeneration ? GC.CollectionCount(generation + 1) : 0;
            text.Sample(GC.CollectionCount(generation) - older, ("gc_heap_generation", $"gen{generation}"));
        }

        var memory = GC.GetGCMemoryInfo();
        text.Single(
            MetricType.Counter, "dotnet_gc_heap_allocated_bytes_total", "Bytes allocated on the managed heap.", GC.GetTotalAllocatedBytes());
        text.Single(MetricType.Counter, "dotnet_gc_pause_time_seconds_total", "Time that threads were paused.", GC.GetTotalPauseDuration().TotalSeconds);
        text.Single(
            MetricType.Gauge, "dotnet_gc_last_collection_heap_size_bytes", "The managed heap after the last collection.", memory.HeapSizeBytes);
        text.Single(
            MetricType.Gauge,
            "dotnet_gc_last_collection_memory_committed_size_bytes",
            "Memory that the collector held after the last collection.",
            memory.TotalCommittedBytes);
    }

    private static void WriteThreads(PrometheusText text)
    {
        text.Single(MetricType.Gauge, "dotnet_thread_pool_threads", "Threads of the pool.", ThreadPool.ThreadCount);
        text.Single(
            MetricType.Gauge, "dotnet_thread_pool_queue_length", "Work that waits for a thread of the pool.", ThreadPool.PendingWorkItemCount);
        text.Single(
            MetricType.Counter, "dotnet_thread_pool_work_items_total", "Work that the pool has done.", ThreadPool.CompletedWorkItemCount);
        text.Single(
            MetricType.Counter, "dotnet_monitor_lock_contentions_total", "Times a thread had to wait for a lock.", Monitor.LockContentionCount);
        text.Single(MetricType.Gauge, "dotnet_timers", "Timers that are set.", Timer.ActiveCount);
    }
}
