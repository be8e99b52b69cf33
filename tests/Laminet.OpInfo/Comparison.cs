using System.Globalization;
using Laminet.Tensors.Autodiff;

namespace Laminet.OpInfo;

/// <summary>Compares a counterpart's outputs and gradients for a sample with PyTorch's.</summary>
internal static class Comparison
{
    /// <summary>What differs first, or null.</summary>
    public static string? Difference(Sample sample, Func<Arguments, object> counterpart)
    {
        try
        {
            Tensor[] outputs = Numbers.Flat(counterpart(new Arguments(sample, null)));
            if (outputs.Length != sample.Outputs.Count)
                return $"{outputs.Length} outputs, PyTorch {sample.Outputs.Count}";
            for (int i = 0; i < outputs.Length; i++)
            {
                if (Difference(outputs[i], sample.Outputs[i], sample) is string output)
                    return $"output {i}: {output}";
            }
            return sample.Gradients is null ? null : OfGradients(sample, counterpart);
        }
        // Refusals, which say what was expected. Anything else is a fault of an operation or of its counterpart, and no entry of the list may excuse it.
        catch (Exception failure) when (failure is ArgumentException or InvalidOperationException or NotSupportedException or LinearAlgebraException)
        {
            return $"{failure.GetType().Name}: {failure.Message.Split('\n')[0]}";
        }
    }

    private static string? OfGradients(Sample sample, Func<Arguments, object> counterpart)
    {
        Tensor[] wanted = [.. sample.Wanted.Select(leaf => leaf.Value)];
        (_, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(inputs => Weighted(Numbers.Flat(counterpart(new Arguments(sample, inputs))), sample), Unconnected.Zeros, wanted);
        for (int i = 0; i < gradients.Count; i++)
        {
            // PyTorch has no gradient for what is not connected; ours is 0 there.
            Answer expected = sample.Gradients![i] ?? new Answer(wanted[i].DType == DType.Float64 ? "float64" : "float32", [.. wanted[i].Shape], new double[wanted[i].Length], 0);
            if (Difference(gradients[i], expected, sample) is string gradient)
                return $"gradient {i}: {gradient}";
        }
        return null;
    }

    // The sum that the gradients are of. The weights are those of eng/opinfo.py.
    private static Tensor Weighted(Tensor[] outputs, Sample sample)
    {
        Tensor? total = null;
        for (int i = 0; i < outputs.Length; i++)
        {
            Tensor output = outputs[i];
            if (!sample.Outputs[i].Differentiable || output.Length == 0)
                continue;
            var weights = Tensor.From([.. Enumerable.Range(0, output.Length).Select(k => ((k * 7 % 11) / 11.0) + 0.5)], output.Shape).Cast(output.DType);
            Tensor sum = (output * weights).Sum().Cast(DType.Float64);
            total = total is null ? sum : total + sum;
        }
        return total ?? Tensor.Scalar(0.0);
    }

    private static string? Difference(Tensor actual, Answer expected, Sample sample)
    {
        if (!actual.Shape.SequenceEqual(expected.Shape))
            return $"shape {actual.Shape}, PyTorch [{string.Join(", ", expected.Shape)}]";
        if (Kind(actual.DType) != Kind(expected.Type))
            return $"type {actual.DType}, PyTorch {expected.Type}";
        if (expected.Values is null)
            return null;
        double[] numbers = Numbers.Of(actual);
        // PyTorch's own tolerance of Float32, for a Float32 among the numbers of a Float64 sample.
        (double absolute, double relative) = actual.DType == DType.Float32 ? (Math.Max(sample.Absolute, 1e-5), Math.Max(sample.Relative, 1.3e-6)) : (sample.Absolute, sample.Relative);
        for (int i = 0; i < numbers.Length; i++)
        {
            double ours = numbers[i], theirs = expected.Values[i];
            if (ours.Equals(theirs) || ours == theirs)
                continue;
            // Both may be as far from the exact number as PyTorch's is.
            double allowed = absolute + (relative * Math.Abs(theirs)) + (2 * expected.Slack);
            if (!double.IsFinite(ours) || !double.IsFinite(theirs) || Math.Abs(ours - theirs) > allowed)
                return string.Create(CultureInfo.InvariantCulture, $"element {i} is {ours:G9}, PyTorch {theirs:G9}, allowed {allowed:G2}");
        }
        return null;
    }

    // Integers of any width are one kind: ours are Int32 where PyTorch has int64.
    private static string Kind(DType type) => type switch
    {
        DType.Float32 or DType.Float64 or DType.Float16 or DType.BFloat16 => type.ToString(),
        DType.Bool => "Bool",
        _ => "integer",
    };

    private static string Kind(string type) => type switch
    {
        "complex64" => "Float32",
        "complex128" => "Float64",
        "complex32" => "Float16",
        _ => Kind(Numbers.TypeOf(type)),
    };
}
