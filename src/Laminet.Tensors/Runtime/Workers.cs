namespace Laminet.Tensors.Runtime;

internal static class Workers
{
    public static int Count { get; set; } = Environment.ProcessorCount;

    public static void For(int tasks, Action<int> body)
    {
        if (tasks <= 1 || Count <= 1)
        {
            for (int i = 0; i < tasks; i++)
                body(i);
        }
        else
        {
            Parallel.For(0, tasks, new ParallelOptions { MaxDegreeOfParallelism = Count }, body);
        }
    }
}
