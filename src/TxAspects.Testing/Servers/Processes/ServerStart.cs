using TxAspects.Testing.Servers.Folders;
using TxAspects.Testing.Servers.Templates;

namespace TxAspects.Testing.Servers.Processes;

/// <summary>One start of a temporary server: template, copy, port, wait.</summary>
internal sealed class ServerStart(TemporaryPostgresOptions options, PostgresBinaries binaries, Func<int> pickPort)
{
    private const int PortAttempts = 10;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    public async Task<TemporaryPostgres> RunAsync(CancellationToken cancellationToken)
    {
        ServerSettings.Check(options.Settings);
        var user = await ServerUser.FindOnceAsync(cancellationToken).ConfigureAwait(false);
        var root = await DataRoot.PrepareAsync(options.DataFolder, cancellationToken).ConfigureAwait(false);
        var template = new ClusterTemplate(root, binaries, user);
        await template.PrepareAsync(cancellationToken).ConfigureAwait(false);

        for (var attempt = 1; ; attempt++)
        {
            var run = RunFolder.Create(root, user);
            var port = pickPort();
            try
            {
                var secret = options.Replication?.Secret ?? new ServerSecret();
                template.CopyTo(run.Data, secret);
                ServerSettings.Append(run.Data, port, options.Settings);
                if (options.Replication is { } replication)
                    await replication.WriteAsync(run.Data, cancellationToken).ConfigureAwait(false);
                var guard = await StartAsync(run, user, cancellationToken).ConfigureAwait(false);
                return TemporaryPostgres.Started(run, guard, port, template.Record.Version, secret.Password);
            }
            catch (PostgresStartException e) when (attempt < PortAttempts && LostItsPort(e))
            {
                run.Dispose();
            }
            catch
            {
                run.Dispose();
                throw;
            }
        }
    }

    private async Task<Guard> StartAsync(RunFolder run, ServerUser user, CancellationToken cancellationToken)
    {
        var guard = Guard.Start(run, binaries, user);
        try
        {
            while (await guard.IsReadyAsync(cancellationToken).ConfigureAwait(false) is var isReady and not true)
            {
                if (isReady is null)
                {
                    var log = run.ReadLog();
                    throw new PostgresStartException("It ended at once.", StartFailure.Explain(log, options.Settings.Keys), log);
                }

                await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
            }

            return guard;
        }
        catch
        {
            await guard.StopAsync().ConfigureAwait(false);
            throw;
        }
    }

    // Another process took the port between the look and the start.
    private static bool LostItsPort(PostgresStartException e) => e.Log.Contains(StartFailure.LostPort, StringComparison.Ordinal);
}
