using TxAspects.Model.Tests.Trees;

namespace TxAspects.Model.Tests.Model;

internal sealed record ModelHook(HookMoment Moment, Node Owner, Func<object?, Task> Body);
