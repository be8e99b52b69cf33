namespace Laminet.Tensors.Autodiff;

/// <summary>Whether operations on watched tensors are recorded on this thread.</summary>
internal static class Recording
{
    [ThreadStatic]
    private static int suppressed;

    public static bool IsOn => suppressed == 0;

    /// <summary>Called with every operation that is applied on this thread. Tests use it to check that each operation is covered.</summary>
    [field: ThreadStatic]
    public static Action<Primitive>? Observer { get; set; }

    /// <summary>Runs a body that is not recorded.</summary>
    public static T Suppress<T>(Func<T> body)
    {
        suppressed++;
        try
        {
            return body();
        }
        finally
        {
            suppressed--;
        }
    }

    /// <summary>Runs a body that is recorded even where recording is suppressed around it.</summary>
    public static T Resume<T>(Func<T> body)
    {
        int outer = suppressed;
        suppressed = 0;
        try
        {
            return body();
        }
        finally
        {
            suppressed = outer;
        }
    }
}
