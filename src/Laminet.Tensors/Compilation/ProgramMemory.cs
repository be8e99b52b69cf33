namespace Laminet.Tensors.Compilation;

/// <summary>The memory that a compiled function needs in addition to variables and inputs. The numbers are exact and known without running the function.</summary>
/// <param name="Bytes">The block of all intermediates, and the values that are computed from weights once.</param>
/// <param name="AtPeak">The bytes of each part of the function at the moment when most are in use; "" for operations that belong to no part.</param>
public sealed record ProgramMemory(long Bytes, IReadOnlyDictionary<string, long> AtPeak);

/// <summary>How long one operation of a compiled function took.</summary>
/// <param name="Name">The name of the operation, as in <c>Convolution+Bias+Relu</c>.</param>
/// <param name="Scope">The part of the function to which it belongs.</param>
/// <param name="Output">The shape and type of its result.</param>
/// <param name="Start">Milliseconds from the beginning of the call, in the median call.</param>
/// <param name="Milliseconds">The median time.</param>
/// <param name="Work">The number of arithmetic operations; a multiply-add counts as two.</param>
/// <param name="Bytes">The bytes that it reads and writes, each tensor counted once.</param>
public sealed record OperationTiming(string Name, string Scope, TensorSpec Output, double Start, double Milliseconds, double Work, long Bytes);
