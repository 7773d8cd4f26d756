namespace TxAspects.Tests;

// The shared suites for units that requests open, in one place because two are missing: KnownResultSpecification and
// ResultRuleSpecification. The value that an endpoint returns is an answer, whose status decides. Where a single test of a suite does not
// hold, what holds instead is in MiddlewareDifferences.cs.

[TestClass]
public sealed class AdoptionOnMiddlewareTests : AdoptionSpecification<MiddlewareEntry>;

[TestClass]
public sealed class AmbientOnMiddlewareTests : AmbientSpecification<MiddlewareEntry>;

[TestClass]
public sealed class AtomicDoomOnMiddlewareTests : AtomicDoomSpecification<MiddlewareEntry>;

[TestClass]
public sealed class AtomicOnMiddlewareTests : AtomicSpecification<MiddlewareEntry>;

[TestClass]
public sealed class AttachedSessionOnMiddlewareTests : AttachedSessionSpecification<MiddlewareEntry>;

[TestClass]
public sealed class BlockHookOnMiddlewareTests : BlockHookSpecification<MiddlewareEntry>;

[TestClass]
public sealed class BrokenConnectionOnMiddlewareTests : BrokenConnectionSpecification<MiddlewareEntry>;

[TestClass]
public sealed class CancellationOnMiddlewareTests : CancellationSpecification<MiddlewareEntry>;

[TestClass]
public sealed class CommitMarkerOnMiddlewareTests : CommitMarkerSpecification<MiddlewareEntry>;

[TestClass]
public sealed class CommitOnMiddlewareTests : CommitSpecification<MiddlewareEntry>;

[TestClass]
public sealed class ConflictOnMiddlewareTests : ConflictSpecification<MiddlewareEntry>;

[TestClass]
public sealed class ConnectionOnMiddlewareTests : ConnectionSpecification<MiddlewareEntry>;

[TestClass]
public sealed class DisposedSessionOnMiddlewareTests : DisposedSessionSpecification<MiddlewareEntry>;

[TestClass]
public sealed class DoomOnMiddlewareTests : DoomSpecification<MiddlewareEntry>;

[TestClass]
public sealed class EarlyCompletionOnMiddlewareTests : EarlyCompletionSpecification<MiddlewareEntry>;

[TestClass]
public sealed class EarlyHookOnMiddlewareTests : EarlyHookSpecification<MiddlewareEntry>;

[TestClass]
public sealed class EndingByEfCoreOnMiddlewareTests : EndingByEfCoreSpecification<MiddlewareEntry>;

[TestClass]
public sealed class EndingBySqlOnMiddlewareTests : EndingBySqlSpecification<MiddlewareEntry>;

[TestClass]
public sealed class LateDisposalOnMiddlewareTests : LateDisposalSpecification<MiddlewareEntry>;

[TestClass]
public sealed class ThrowingInterceptorOnMiddlewareTests : ThrowingInterceptorSpecification<MiddlewareEntry>;

[TestClass]
public sealed class WaitingSessionOnMiddlewareTests : WaitingSessionSpecification<MiddlewareEntry>;

[TestClass]
public sealed class EndedUnitOnMiddlewareTests : EndedUnitSpecification<MiddlewareEntry>;

[TestClass]
public sealed class ExceptionRuleOnMiddlewareTests : ExceptionRuleSpecification<MiddlewareEntry>;

[TestClass]
public sealed class ExhaustedPoolOnMiddlewareTests : ExhaustedPoolSpecification<MiddlewareEntry>;

[TestClass]
public sealed class FailedCommandOnMiddlewareTests : FailedCommandSpecification<MiddlewareEntry>;

[TestClass]
public sealed class FailedCommitOnMiddlewareTests : FailedCommitSpecification<MiddlewareEntry>;

[TestClass]
public sealed class FailedSaveOnMiddlewareTests : FailedSaveSpecification<MiddlewareEntry>;

[TestClass]
[DoNotParallelize]
public sealed class HttpInTransactionOnMiddlewareTests : HttpInTransactionSpecification<MiddlewareEntry>;

[TestClass]
public sealed class JoinedBlockOnMiddlewareTests : JoinedBlockSpecification<MiddlewareEntry>;

[TestClass]
public sealed class KilledBackendOnMiddlewareTests : KilledBackendSpecification<MiddlewareEntry>;

[TestClass]
public sealed class SwallowedLossOnMiddlewareTests : SwallowedLossSpecification<MiddlewareEntry>;

[TestClass]
public sealed class LazySessionOnMiddlewareTests : LazySessionSpecification<MiddlewareEntry>;

[TestClass]
[DoNotParallelize]
public sealed class LogOnMiddlewareTests : LogSpecification<MiddlewareEntry>;

[TestClass]
public sealed class LostCommitOnMiddlewareTests : LostCommitSpecification<MiddlewareEntry>;

[TestClass]
[DoNotParallelize]
public sealed class MetricOnMiddlewareTests : MetricSpecification<MiddlewareEntry>;

[TestClass]
public sealed class NestedOnMiddlewareTests : NestedSpecification<MiddlewareEntry>;

[TestClass]
public sealed class NestedOutcomeOnMiddlewareTests : NestedOutcomeSpecification<MiddlewareEntry>;

[TestClass]
public sealed class NestingOnMiddlewareTests : NestingSpecification<MiddlewareEntry>;

[TestClass]
public sealed class NewContextOnMiddlewareTests : NewContextSpecification<MiddlewareEntry>;

[TestClass]
public sealed class ParallelOnMiddlewareTests : ParallelSpecification<MiddlewareEntry>;

[TestClass]
public sealed class PropagationOnMiddlewareTests : PropagationSpecification<MiddlewareEntry>;

[TestClass]
public sealed class ProtectedCommitOnMiddlewareTests : ProtectedCommitSpecification<MiddlewareEntry>;

[TestClass]
public sealed class ReservedCompletionOnMiddlewareTests : ReservedCompletionSpecification<MiddlewareEntry>;

[TestClass]
public sealed class RetryOnMiddlewareTests : RetrySpecification<MiddlewareEntry>;

[TestClass]
public sealed class RollbackHookOnMiddlewareTests : RollbackHookSpecification<MiddlewareEntry>;

[TestClass]
public sealed class SavepointBlockOnMiddlewareTests : SavepointBlockSpecification<MiddlewareEntry>;

[TestClass]
public sealed class SeveralConnectsOnMiddlewareTests : SeveralConnectsSpecification<MiddlewareEntry>;

[TestClass]
public sealed class SharedSessionOnMiddlewareTests : SharedSessionSpecification<MiddlewareEntry>;

[TestClass]
public sealed class SpanOnMiddlewareTests : SpanSpecification<MiddlewareEntry>;

[TestClass]
public sealed class StaleTaskOnMiddlewareTests : StaleTaskSpecification<MiddlewareEntry>;

[TestClass]
public sealed class SynchronousAtomicOnMiddlewareTests : SynchronousAtomicSpecification<MiddlewareEntry>;

[TestClass]
public sealed class SynchronousSessionOnMiddlewareTests : SynchronousSessionSpecification<MiddlewareEntry>;

[TestClass]
public sealed class TimeoutOnMiddlewareTests : TimeoutSpecification<MiddlewareEntry>;

[TestClass]
public sealed class TwoConnectsOnMiddlewareTests : TwoConnectsSpecification<MiddlewareEntry>;

[TestClass]
public sealed class TwoPhaseFaultOnMiddlewareTests : TwoPhaseFaultSpecification<MiddlewareEntry>;

[TestClass]
public sealed class TwoPhaseOnMiddlewareTests : TwoPhaseSpecification<MiddlewareEntry>;

[TestClass]
public sealed class UnfinishedBranchOnMiddlewareTests : UnfinishedBranchSpecification<MiddlewareEntry>;

[TestClass]
public sealed class UserTransactionOnMiddlewareTests : UserTransactionSpecification<MiddlewareEntry>;

[TestClass]
[DoNotParallelize]
public sealed class WatchOnMiddlewareTests : WatchSpecification<MiddlewareEntry>;
