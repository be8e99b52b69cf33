namespace Laminet.Tensors.Kernels;

/// <summary>Which recurrence.</summary>
public enum RecurrenceKind
{
    /// <summary>h' = tanh(x + h U).</summary>
    Simple,

    /// <summary>Long short-term memory.</summary>
    LongShortTermMemory,

    /// <summary>Gated recurrent units that reset after the product.</summary>
    Gated,
}

/// <summary>How many numbers the recurrences have of each kind.</summary>
internal static class RecurrenceSizes
{
    /// <summary>How many numbers of a step each unit reads.</summary>
    public static int Gates(RecurrenceKind kind) => kind switch { RecurrenceKind.Simple => 1, RecurrenceKind.LongShortTermMemory => 4, _ => 3 };

    public static int States(RecurrenceKind kind) => kind == RecurrenceKind.LongShortTermMemory ? 2 : 1;

    /// <summary>The widths, in units, of what is kept of each step for the gradient: the gates and v, or the gates and the cells.</summary>
    public static int[] Kept(RecurrenceKind kind) => kind switch { RecurrenceKind.Simple => [], RecurrenceKind.LongShortTermMemory => [4, 1], _ => [4] };
}
