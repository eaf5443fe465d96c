namespace ActorProxy.TestKit;

public enum TestKeyAlgorithm
{
    /// <summary>ECDSA over P-256: fast to make, so the default.</summary>
    Ecdsa,

    /// <summary>RSA of 2048 bits.</summary>
    Rsa,
}
