using System.Data.Common;

namespace TxAspects.Sessions;

/// <summary>What somebody who wants to enter is told.</summary>
internal enum AdmissionAnswer
{
    Admitted,
    InUse,
    Closed,
}

/// <summary>What is going on.</summary>
/// <param name="Command">The command that runs or is about to be sent; null where there is none.</param>
/// <param name="Reader">Its open reader.</param>
/// <param name="IsInside">Whether a flow is inside; else the reader was left open by one that is not.</param>
/// <param name="Left">Completes when nothing is going on any more.</param>
internal readonly record struct AdmittedWork(DbCommand? Command, DbDataReader? Reader, bool IsInside, Task Left);
