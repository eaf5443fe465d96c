using ActorProxy.Core.Planes;
using Microsoft.Extensions.Logging;

namespace ActorProxy.ControlPlane.Supervision;

/// <summary>What every keeper works with.</summary>
internal sealed record KeeperParts(
    SupervisionSettings Settings, RestartLedger Ledger, Readiness Readiness, EndProcess End, TimeProvider Time, ILogger Log);
