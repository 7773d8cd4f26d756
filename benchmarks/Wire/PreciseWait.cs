using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TxAspects.Benchmarks.Wire;

/// <summary>Waits for parts of a millisecond, which timers and Thread.Sleep cannot.</summary>
internal static class PreciseWait
{
    private const int SetTimerSlack = 29;
    private const nuint Slack = 1_000;

    /// <summary>Waits until a timestamp of the <see cref="Stopwatch"/>. On Linux the thread sleeps, elsewhere it spins.</summary>
    public static void Until(long due)
    {
        while (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due) is { Ticks: > 0 } left)
        {
            if (OperatingSystem.IsLinux())
                nanosleep(new TimeSpec(0, left.Ticks * TimeSpan.NanosecondsPerTick), 0);
            else
                Thread.SpinWait(20);
        }
    }

    /// <summary>
    /// Lets the calling thread sleep to the microsecond; Linux adds 50 of them by default, so that it can wake several threads at once.
    /// </summary>
    public static void PrepareThread()
    {
        if (OperatingSystem.IsLinux())
            _ = prctl(SetTimerSlack, Slack, 0, 0, 0);
    }

    [DllImport("libc")]
    private static extern int nanosleep(in TimeSpec time, nint remaining);

    [DllImport("libc")]
    private static extern int prctl(int option, nuint second, nuint third, nuint fourth, nuint fifth);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeSpec(nint seconds, long nanoseconds)
    {
        private readonly nint _seconds = seconds;
        private readonly long _nanoseconds = nanoseconds;
    }
}
