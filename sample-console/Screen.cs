using Spectre.Console;

namespace SampleConsole;

/// <summary>Where the program writes. Without control codes where nobody watches a terminal, or asked for none.</summary>
internal sealed class Screen
{
    private const int PlainWidth = 120;

    private readonly IAnsiConsole _console;
    private readonly bool _isPlain;

    public Screen()
    {
        _isPlain = Console.IsOutputRedirected
            || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 }
            || Environment.GetEnvironmentVariable("TERM") is "dumb";
        _console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = _isPlain ? AnsiSupport.No : AnsiSupport.Detect,
            Interactive = _isPlain ? InteractionSupport.No : InteractionSupport.Detect,
            ColorSystem = _isPlain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
        });
        if (_isPlain)
            _console.Profile.Width = PlainWidth;
    }

    /// <summary>Writes a line as it is, however long; nothing in it is markup.</summary>
    public void Say(string line) => Console.Out.WriteLine(line);

    public void Complain(string line) => Console.Error.WriteLine(line);

    public void Show(Table table)
    {
        Say("");
        _console.Write(table.Border(_isPlain ? TableBorder.Ascii : TableBorder.Rounded));
    }

    /// <summary>Runs something of many steps and shows how far it is: a bar on a terminal, else ten lines.</summary>
    /// <param name="title">What is going on.</param>
    /// <param name="steps">How many steps there are.</param>
    /// <param name="work">Calls its argument after each step, from any thread.</param>
    public async Task ShowProgressAsync(string title, int steps, Func<Action, Task> work)
    {
        if (_isPlain)
        {
            await work(new StepLines(title, steps, Say).Step);
            return;
        }

        await _console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async progress =>
            {
                var task = progress.AddTask(title, maxValue: steps);
                await work(() => task.Increment(1));
            });
    }

    private sealed class StepLines(string title, int steps, Action<string> say)
    {
        private int _done;

        public void Step()
        {
            var done = Interlocked.Increment(ref _done);
            if (done * 10L / steps > (done - 1) * 10L / steps)
                say($"{title}: {done} of {steps}");
        }
    }
}
