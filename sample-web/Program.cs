using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Npgsql;
using SampleWeb;
using SampleWeb.Database;
using TxAspects.Testing;

const int BadInput = 2;

CommandLine commandLine;
try
{
    commandLine = CommandLine.Parse(args);
}
catch (BadInputException e)
{
    return Complain($"{e.Message}\n\n{CommandLine.Usage}");
}

if (commandLine.Help)
{
    Console.WriteLine(CommandLine.Usage);
    return 0;
}

// Asked before a server is started for it; somebody else may still be faster.
if (IsTaken(commandLine.Port))
    return Complain(PortTaken(commandLine.Port));

try
{
    await using var database = await ShopDatabase.StartAsync(CancellationToken.None);
    await using var app = await WebShop.CreateAsync(
        new WebShopOptions { ConnectionString = database.ConnectionString, Port = commandLine.Port, PoolSize = commandLine.Pool });
    await using var master = Shop.Master;
    await app.StartAsync();
    Console.WriteLine($"The shop is open at {app.Urls.First()}. Ctrl-C ends it and removes its database.");
    await app.WaitForShutdownAsync();
    return 0;
}
catch (IOException e) when (e.InnerException is AddressInUseException)
{
    return Complain(PortTaken(commandLine.Port));
}
catch (Exception e) when (e is PostgresNotFoundException or PostgresStartException)
{
    return Complain(e.Message);
}
catch (Exception e) when (e is NpgsqlException or SocketException or ArgumentException)
{
    // Repeats nothing of the connection string: there could be a password in it.
    return Complain($"The server named by {PostgresServer.ConnectionVariable} cannot be used: " +
                    $"{(e is PostgresException refused ? refused.MessageText : e.GetType().Name)}.");
}

static bool IsTaken(int port)
{
    try
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        return false;
    }
    catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse)
    {
        return true;
    }
}

static string PortTaken(int port)
    => $"The port {port} is taken by another program. Choose another one with --port, or 0 for any that is free.";

static int Complain(string message)
{
    Console.Error.WriteLine(message);
    return BadInput;
}
