using DotNetCore.CAP;

namespace TxAspects.Neighbours.Tests.Cap.Redis;

internal static class CapOptionsRedisExtensions
{
    public static CapOptions UseRedis(this CapOptions options, string address)
    {
        options.RegisterExtension(new RedisExtension(address));
        return options;
    }
}
