namespace Laminet.Tensors;

/// <content>Who may read and change the variable now.</content>
public sealed partial class Variable
{
    // Compiled functions that run on this thread: code within them runs in the middle of a step.
    [ThreadStatic]
    private static int running;

    private readonly object gate = new();
    private int readers;
    private int waitingToChange;

    // The thread that changes the variable, 0 for none.
    private int owner;

    /// <summary>True on a thread that is within a compiled function's call, as in a <see cref="Compilation.Function.HostCall"/>.</summary>
    internal static bool IsInCompiledCall => running > 0;

    /// <summary>Marks the stretch of a compiled function's call on this thread.</summary>
    internal static void BeginCompiledCall() => running++;

    /// <summary>Ends it.</summary>
    internal static void EndCompiledCall() => running--;

    /// <summary>Keeps other threads from changing the variable or, if it is to be changed, from reading it.</summary>
    internal void Hold(bool toChange)
    {
        lock (gate)
        {
            if (!toChange)
            {
                // A thread that waits to change goes first: readers that follow each other without a gap would keep it waiting for ever.
                while (owner != 0 || waitingToChange > 0)
                    Wait();
                readers++;
                return;
            }

            waitingToChange++;
            try
            {
                while (owner != 0 || readers > 0)
                    Wait();
                owner = Environment.CurrentManagedThreadId;
            }
            finally
            {
                waitingToChange--;
            }
        }
    }

    /// <summary>Lets go of what <see cref="Hold"/> held.</summary>
    internal void Release(bool wasToChange)
    {
        lock (gate)
        {
            if (wasToChange)
                owner = 0;
            else
                readers--;
            Monitor.PulseAll(gate);
        }
    }

    // For one access within the lock. The thread that holds the variable may go on, unless a compiled function on it is in the middle of a
    // step: it would see half of it.
    private void WaitUntilFree(bool changes = false)
    {
        if (owner == Environment.CurrentManagedThreadId && !IsInCompiledCall)
            return;
        while (owner != 0 || (changes && readers > 0))
            Wait();
    }

    private void Wait()
    {
        if (IsInCompiledCall)
        {
            throw new InvalidOperationException($"The variable '{Name}' is read or changed within a host call of a compiled function, while it is being changed or read by "
                + "that function or on another thread. Pass its value to Function.HostCall as an input, and change it outside the host call with Assign.");
        }

        Monitor.Wait(gate);
    }
}
