namespace Laminet.Tensors.Runtime;

/// <summary>What is done with a stretch of elements; a value, so that sharing the stretches allocates nothing.</summary>
internal interface IStretchWork
{
    /// <summary>Works on <paramref name="count"/> elements from <paramref name="first"/> on. Called on several threads at the same time.</summary>
    void Run(int first, int count);
}

/// <summary>Elements that are shared among the threads.</summary>
internal static class Stretches
{
    /// <summary>Elements one parallel task takes: enough to outweigh handing it out. The borders depend on the length alone.</summary>
    public const int TaskLength = 32 * 1024;

    /// <summary>How many tasks so many elements are.</summary>
    public static int Tasks(int length) => (int)(((long)length + TaskLength - 1) / TaskLength);

    /// <summary>Shares a stretch of elements among the threads, in tasks whose borders depend on the length alone.</summary>
    public static void Share<TBody>(int length, TBody body) where TBody : struct, IStretchWork
    {
        Tasked<TBody> tasked = new(length, body);
        Workers.For(Tasks(length), ref tasked);
    }

    private readonly struct Tasked<TBody>(int length, TBody body) : IWork where TBody : struct, IStretchWork
    {
        public void Run(int task) => body.Run(task * TaskLength, Math.Min(TaskLength, length - (task * TaskLength)));
    }
}
