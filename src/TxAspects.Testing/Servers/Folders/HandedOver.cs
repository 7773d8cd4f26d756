using TxAspects.Testing.Servers.Processes;

namespace TxAspects.Testing.Servers.Folders;

/// <summary>Takes back folders that were handed over to the server's account.</summary>
/// <remarks>
/// That account may put links anywhere in such a folder, and exchange them while somebody deletes. So the account itself empties it, with
/// what it may delete anyway;
/// root removes the empty folder, which lies in one of its own. A folder that was never handed over is root's still, and nobody else was
/// ever in it.
/// </remarks>
internal static class HandedOver
{
    private const string Remove = "[ ! -O \"$0\" ] || exec rm -rf -- \"$0\"; rmdir -- \"$0\"";

    public static void Delete(string folder, ServerUser user)
    {
        if (!Directory.Exists(folder))
            return;

        if (user.Owner is null)
        {
            PrivateFolder.TryDelete(folder);
            return;
        }

        ChildProcess.Run([.. user.Prefix, "rm", "-rf", "--", folder]);
        if (Directory.Exists(folder))
            ChildProcess.Run(["/bin/sh", "-c", Remove, folder]);
    }
}
