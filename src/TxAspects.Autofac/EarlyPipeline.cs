using Autofac.Core;
using Autofac.Core.Resolving.Pipeline;

namespace TxAspects.Autofac;

/// <summary>A pipeline that was built before a module could see it: Autofac does so for an open generic with several services.</summary>
internal static class EarlyPipeline
{
    public static bool IsBuilt(IComponentRegistration registration)
    {
        try
        {
            registration.PipelineBuilding += Nothing;
            registration.PipelineBuilding -= Nothing;
            return false;
        }
        catch (InvalidOperationException)
        {
            return true;    // The documented answer to who comes too late; there is no property to ask.
        }

        static void Nothing(object? sender, IResolvePipelineBuilder pipeline)
        {
        }
    }
}
