namespace Laminet.Tensors.Compilation;

/// <summary>What a compiled function needs of memory, beside the variables and what is given to it; exact, and known without running it.</summary>
/// <param name="Bytes">The block that holds all intermediates, and what is made of weights once.</param>
/// <param name="AtPeak">How many of its bytes each part of the function holds when most are in use; "" for what belongs to none.</param>
public sealed record ProgramMemory(long Bytes, IReadOnlyDictionary<string, long> AtPeak);

/// <summary>How long one operation of a compiled function took.</summary>
/// <param name="Name">What it is, as in <c>Convolution+Bias+Relu</c>.</param>
/// <param name="Scope">The part of the function it belongs to.</param>
/// <param name="Output">The shape and type of its result.</param>
/// <param name="Start">Milliseconds from the beginning of the call, in the median call.</param>
/// <param name="Milliseconds">The median time.</param>
/// <param name="Work">Arithmetic operations, a multiply-add counted as two.</param>
/// <param name="Bytes">What it reads and writes, each tensor counted once.</param>
public sealed record OperationTiming(string Name, string Scope, TensorSpec Output, double Start, double Milliseconds, double Work, long Bytes);
