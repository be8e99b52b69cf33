using Laminet.Tensors.Ops;

namespace Laminet.Tensors.Kernels;

/// <summary>
/// Lets kernels of Float32 work on halves: operands are widened to copies, the results are rounded in the end. Products read each number
/// many times, so the copies cost little beside them.
/// </summary>
internal static class HalfStorage
{
    public static bool IsIn(Tensor[] operands, Tensor?[] outputs) =>
        Array.Exists(outputs, output => output is not null && output.DType.IsHalf()) || Array.Exists(operands, operand => operand.DType.IsHalf());

    public static void Execute(Primitive primitive, Tensor[] operands, Tensor?[] outputs, WorkSpace space)
    {
        Tensor?[] results = Array.ConvertAll(outputs, output => output is not null && output.DType.IsHalf() ? Tensor.Empty(output.Shape, DType.Float32) : output);
        primitive.Execute(Array.ConvertAll(operands, operand => operand.DType.IsHalf() ? Converted(operand, DType.Float32) : operand), results, space);
        for (int i = 0; i < outputs.Length; i++)
        {
            if (results[i] != outputs[i])
                new Cast(outputs[i]!.DType).Execute([results[i]!], [outputs[i]]);
        }
    }

    private static Tensor Converted(Tensor tensor, DType type)
    {
        Tensor converted = Tensor.Empty(tensor.Shape, type);
        new Cast(type).Execute([tensor], [converted]);
        return converted;
    }
}
