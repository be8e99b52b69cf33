using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Laminet.Tensors;

namespace Laminet.Verification.Tests.Onnx;

/// <summary>An operator of ONNX and how a user of Laminet writes it.</summary>
/// <param name="Operator">ONNX's name.</param>
/// <param name="Run">The operation or composition.</param>
/// <param name="Written">Its text, for the table of docs/onnx.md.</param>
/// <param name="IsRandom">Of which examples shapes and types alone are compared, since their numbers are random.</param>
/// <param name="HalfDigit">Half of the last decimal that the specification writes, where it writes numbers by hand; else 0.</param>
internal sealed partial record OnnxRow(string Operator, Func<OnnxExample, object> Run, string Written, Func<OnnxExample, bool> IsRandom, double HalfDigit)
{
    public static OnnxRow Of(string name, Func<OnnxExample, object> run, Func<OnnxExample, bool>? random = null, double halfDigit = 0, [CallerArgumentExpression(nameof(run))] string written = "") =>
        new(name, run, Spaces().Replace(Parameter().Replace(written, ""), " "), random ?? (_ => false), halfDigit);

    /// <summary>What differs first from ONNX's outputs, or null.</summary>
    public string? Difference(OnnxExample example)
    {
        Tensor[] outputs = Flat(Run(example));
        bool random = IsRandom(example);
        for (int i = 0; i < example.Outputs.Count; i++)
        {
            if (example.Outputs[i] is not Tensor expected)
                continue;
            if (i >= outputs.Length)
                return $"{outputs.Length} outputs, ONNX {example.Outputs.Count}";
            if (Difference(outputs[i], expected, random, HalfDigit) is string difference)
                return $"output {i}: {difference}";
        }

        return null;
    }

    private static string? Difference(Tensor actual, Tensor expected, bool random, double halfDigit)
    {
        if (!actual.Shape.Equals(expected.Shape))
            return $"shape {actual.Shape}, ONNX {expected.Shape}";
        // Positions and counts are Int32 here, int64 in ONNX.
        if (actual.DType != expected.DType && !(actual.DType == DType.Int32 && expected.DType == DType.Int64))
            return $"type {actual.DType}, ONNX {expected.DType}";
        if (random)
            return null;
        double tolerance = expected.DType switch { DType.Float64 => 1e-7, DType.Float32 => 1e-5, DType.Float16 => 2e-3, _ => 0 };
        double[] ours = OnnxExample.Numbers(actual), theirs = OnnxExample.Numbers(expected);
        for (int i = 0; i < ours.Length; i++)
        {
            double allowed = (tolerance * Math.Max(1, Math.Abs(theirs[i]))) + halfDigit;
            if (!ours[i].Equals(theirs[i]) && !(Math.Abs(ours[i] - theirs[i]) <= allowed))
                return string.Create(CultureInfo.InvariantCulture, $"element {i} is {ours[i]:G9}, ONNX {theirs[i]:G9}");
        }

        return null;
    }

    private static Tensor[] Flat(object result) => result switch
    {
        Tensor tensor => [tensor],
        IEnumerable<Tensor> tensors => [.. tensors],
        ITuple tuple => [.. Enumerable.Range(0, tuple.Length).SelectMany(i => Flat(tuple[i]!))],
        _ => throw new InvalidOperationException($"A row returned {result.GetType().Name}; expected tensors."),
    };

    [GeneratedRegex(@"^\w+ => ")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
