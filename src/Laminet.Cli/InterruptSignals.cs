using System.Runtime.InteropServices;

namespace Laminet.Cli;

/// <summary>Ctrl+C and SIGTERM: the first asks the command to come to an end in order, the second ends the process at once.</summary>
internal sealed class InterruptSignals : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;

    public InterruptSignals() => registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
    ];

    public CancellationToken Interrupted => source.Token;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in registrations)
            registration.Dispose();
        source.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        if (source.IsCancellationRequested)
        {
            // A progress bar hides the cursor and has no time left to bring it back.
            if (!Console.IsOutputRedirected)
                Console.Out.Write("\e[?25h");
            Environment.Exit(ExitCode.Interrupted);
        }

        context.Cancel = true;
        source.Cancel();
    }
}
