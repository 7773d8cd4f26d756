using TxAspects.Sessions;
using TxAspects.Sessions.Transactions;

namespace TxAspects.Units.Ambient;

/// <summary>
/// What is ambient: a unit, and where in it the code runs. It flows with the calls, so what a call sets here holds for that call alone.
/// </summary>
/// <param name="Unit">The unit.</param>
/// <param name="Place">Where in its life.</param>
/// <param name="Mark">The innermost nested call or block; null outside all.</param>
/// <param name="Deadline">The nearest deadline of the calls around the code; null where none has one.</param>
internal sealed record UnitNode(UnitOfWork Unit, UnitPlace Place, Mark? Mark, Deadline? Deadline);
