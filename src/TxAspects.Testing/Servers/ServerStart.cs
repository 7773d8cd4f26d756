namespace TxAspects.Testing.Servers;

/// <summary>One start of a temporary server: template, copy, port, wait.</summary>
internal sealed class ServerStart(TemporaryPostgresOptions options, PostgresBinaries binaries, Func<int> pickPort)
{
    private const int PortAttempts = 10;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    public async Task<TemporaryPostgres> RunAsync(CancellationToken cancellationToken)
    {
        var user = await ServerUser.FindOnceAsync(cancellationToken).ConfigureAwait(false);
        var root = await DataRoot.PrepareAsync(options.DataFolder, cancellationToken).ConfigureAwait(false);
        var template = new ClusterTemplate(root, binaries, user);
        var source = await template.PrepareAsync(cancellationToken).ConfigureAwait(false);

        for (var attempt = 1; ; attempt++)
        {
            var run = RunFolder.Create(root);
            var port = pickPort();
            try
            {
                PrivateFolder.Copy(source, run.Data);
                ServerSettings.Append(run.Data, port, options.Settings);
                if (options.IsStandby)
                    await File.WriteAllTextAsync(Path.Combine(run.Data, "standby.signal"), "", cancellationToken).ConfigureAwait(false);
                var guard = await StartAsync(run, user, cancellationToken).ConfigureAwait(false);
                return TemporaryPostgres.Started(run, guard, port, template.Version);
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
            while (!PostmasterFile.SaysReady(run.Data))
            {
                if (guard.HasExited)
                    throw new PostgresStartException("It ended at once.", "The last lines of its log say why:", run.ReadLog());
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
    private static bool LostItsPort(PostgresStartException e) => e.Log.Contains("could not bind", StringComparison.Ordinal);
}
