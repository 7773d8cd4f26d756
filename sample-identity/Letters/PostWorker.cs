namespace SampleIdentity.Letters;

/// <summary>Sends the postman out again and again.</summary>
internal sealed class PostWorker(IServiceScopeFactory scopes, IConfiguration configuration, ILogger<PostWorker> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(configuration.GetValue<TimeSpan>("Post:Every"));
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await using var scope = scopes.CreateAsyncScope();
            try
            {
                await scope.ServiceProvider.GetRequiredService<IPostman>().DeliverAsync();
            }
            catch (Exception failure)
            {
                log.LogError(failure, "The post could not be delivered. It is tried again.");
            }
        }
    }
}
