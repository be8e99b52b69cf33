using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Laminet.Tensors.Runtime;

/// <summary>
/// The threads that share a kernel's tasks. A worker that has just worked spins for a moment, because the next kernel
/// usually follows within microseconds; then it sleeps.
/// </summary>
/// <remarks>
/// The caller publishes a region as one 64-bit word, [generation | end | begin]: the pieces from begin to end are not claimed yet. A thread claims
/// the first or the last of them with one compare-and-swap, which succeeds only while that region is unfinished. After that it reads the region without
/// a lock: the region cannot change before the claimed piece is reported done. Every second thread claims from the end. So a thread works on the same
/// part of the tensors in one kernel after the other, and finds that part in its own cache.
/// </remarks>
internal static unsafe class Workers
{
    private static readonly long SpinTicks = Stopwatch.Frequency / 30_000;
    private static readonly Lock Gate = new();

    private const int EndBits = 16;
    private const int MostPieces = ushort.MaxValue;

    // About 10 microseconds.
    private const int LooksAtOnce = 256;

    private static Worker[] workers = [];
    private static int count = InitialCount();
    private static int busy;
    private static Region region;

    [ThreadStatic]
    private static bool inside;

    /// <summary>How many threads work on a region, the caller included.</summary>
    public static int Count
    {
        get => Volatile.Read(ref count);
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            Volatile.Write(ref count, value);
        }
    }

    /// <summary>Calls <paramref name="body"/> with 0 .. <paramref name="tasks"/> - 1, in any order, and returns when all are done.</summary>
    public static void For(int tasks, Action<int> body)
    {
        if (RunsInline(tasks))
        {
            for (int i = 0; i < tasks; i++)
                body(i);
            return;
        }
        Share(tasks, body, null, null);
    }

    /// <summary>The same without an allocation: <paramref name="state"/> is passed through to a static method.</summary>
    public static void For(int tasks, void* state, delegate*<void*, int, void> body)
    {
        if (RunsInline(tasks))
        {
            for (int i = 0; i < tasks; i++)
                body(state, i);
            return;
        }
        Share(tasks, null, state, body);
    }

    /// <summary>The same with a state that may hold references: it lies on the caller's stack until all is done.</summary>
    public static void For<TState>(int tasks, ref TState state, delegate*<ref TState, int, void> body) where TState : struct =>
        For(tasks, Unsafe.AsPointer(ref state), (delegate*<void*, int, void>)body);

    /// <summary>The same for code that keeps clear of pointers: the work lies on the caller's stack until all is done.</summary>
    public static void For<TWork>(int tasks, ref TWork work) where TWork : struct, IWork =>
        For(tasks, ref work, &Run);

    private static void Run<TWork>(ref TWork work, int task) where TWork : struct, IWork => work.Run(task);

    /// <summary>Takes the pool unless there is nothing to share, the call is nested or another thread has it.</summary>
    private static bool RunsInline(int tasks) =>
        tasks <= 1 || Count == 1 || inside || Interlocked.CompareExchange(ref busy, 1, 0) != 0;

    private static void Share(int tasks, Action<int>? action, void* state, delegate*<void*, int, void> body)
    {
        Exception? failure;
        try
        {
            int helpers = Math.Min(Count, tasks) - 1;
            if (workers.Length < helpers)
                Hire(helpers);
            region.Action = action;
            region.State = state;
            region.Body = body;
            region.Tasks = tasks;
            region.TasksOfPiece = ((tasks - 1) / MostPieces) + 1;
            int pieces = ((tasks - 1) / region.TasksOfPiece) + 1;
            region.Done = 0;
            region.Failure = null;
            Volatile.Write(ref region.Helpers, helpers);
            ulong generation = (region.Word >> 32) + 1;
            Interlocked.Exchange(ref region.Word, (generation << 32) | ((ulong)pieces << EndBits));
            for (int i = 0; i < helpers; i++)
                workers[i].Wake();

            Work(fromEnd: false);
            WaitFor(pieces);
            failure = region.Failure;
            region.Action = null;
            region.Failure = null;
        }
        finally
        {
            Volatile.Write(ref busy, 0);
        }
        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
    }

    // The last pieces of others are mostly done within a microsecond or two; a spin that grows would wait up to twice as long as it has to.
    private static void WaitFor(int pieces)
    {
        for (int look = 0; look < LooksAtOnce; look++)
        {
            if (Volatile.Read(ref region.Done) == pieces)
                return;
            Thread.SpinWait(1);
        }

        SpinWait wait = default;
        while (Volatile.Read(ref region.Done) != pieces)
            wait.SpinOnce(sleep1Threshold: -1);
    }

    /// <summary>Claims and runs pieces until none is left.</summary>
    private static void Work(bool fromEnd)
    {
        inside = true;
        while (Claim(fromEnd, out int piece))
        {
            try
            {
                int first = piece * region.TasksOfPiece, end = first + Math.Min(region.TasksOfPiece, region.Tasks - first);
                for (int task = first; task < end && region.Failure is null; task++)
                {
                    // Of a failed region the rest is only counted.
                    if (region.Action is { } action)
                        action(task);
                    else
                        region.Body(region.State, task);
                }
            }
#pragma warning disable CA1031 // Whatever a body throws is thrown again on the calling thread.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Interlocked.CompareExchange(ref region.Failure, exception, null);
            }
            Interlocked.Increment(ref region.Done);
        }
        inside = false;
    }

    private static bool Claim(bool fromEnd, out int piece)
    {
        while (true)
        {
            ulong word = Volatile.Read(ref region.Word);
            int begin = (ushort)word, end = (ushort)(word >> EndBits);
            piece = fromEnd ? end - 1 : begin;
            if (begin == end)
                return false;
            if (Interlocked.CompareExchange(ref region.Word, fromEnd ? word - (1UL << EndBits) : word + 1, word) == word)
                return true;
        }
    }

    private static void Hire(int helpers)
    {
        lock (Gate)
        {
            var hired = new Worker[helpers];
            workers.CopyTo(hired, 0);
            for (int i = workers.Length; i < helpers; i++)
                hired[i] = new Worker(i);
            workers = hired;
        }
    }

    private static int InitialCount() => Environment.GetEnvironmentVariable("LAMINET_THREADS") switch
    {
        null or "" => Math.Min(Environment.ProcessorCount, Engine.MaximumThreads),
        string text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int asked) && asked is >= 1 and <= Engine.MaximumThreads
            ? asked
            : throw new InvalidOperationException($"The environment variable LAMINET_THREADS is '{text}'; expected 1 to {Engine.MaximumThreads}. Change it or unset it."),
    };

    /// <summary>The one region under way. The words threads fight over lie on cache lines of their own.</summary>
    [StructLayout(LayoutKind.Auto)]
    private struct Region
    {
        public Action<int>? Action;
        public void* State;
        public delegate*<void*, int, void> Body;
        public int Tasks;

        /// <summary>Tasks that are claimed together: 1, unless there are more than <see cref="MostPieces"/>.</summary>
        public int TasksOfPiece;
        public int Helpers;
        public Exception? Failure;
        private Line before;
        public ulong Word;
        private Line between;
        public int Done;
        private Line after;

        [StructLayout(LayoutKind.Sequential, Size = 64)]
        private struct Line;
    }

    private sealed class Worker : IDisposable
    {
        private readonly SemaphoreSlim signal = new(0);
        private readonly int index;
        private int asleep;

        public Worker(int index)
        {
            this.index = index;
            new Thread(Live) { IsBackground = true, Name = $"Laminet worker {index + 1}" }.Start();
        }

        public void Dispose() => signal.Dispose();

        /// <summary>The caller has published its region with a full fence, so either it sees us asleep or we see the region.</summary>
        public void Wake()
        {
            if (Volatile.Read(ref asleep) == 1 && Interlocked.Exchange(ref asleep, 0) == 1)
                signal.Release();
        }

        private bool HasWork => Volatile.Read(ref region.Word) is var word && (ushort)word != (ushort)(word >> EndBits) && index < Volatile.Read(ref region.Helpers);

        private void Live()
        {
            while (true)
            {
                long idleSince = Stopwatch.GetTimestamp();
                while (!HasWork && Stopwatch.GetTimestamp() - idleSince < SpinTicks)
                    Thread.SpinWait(4);
                if (HasWork)
                {
                    Work(fromEnd: index % 2 == 0);
                    continue;
                }
                Interlocked.Exchange(ref asleep, 1);
                // A region published just before the flag went up: stay, unless its caller already sent the signal.
                if (HasWork && Interlocked.Exchange(ref asleep, 0) == 1)
                    continue;
                signal.Wait();
            }
        }
    }
}
