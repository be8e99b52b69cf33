using Laminet.Tensors.Ops;

namespace Laminet.Tensors.Kernels;

/// <summary>
/// Lets kernels of Float32 work on halves: operands are widened to copies, the result is rounded in the end. Products read each number
/// many times, so the copies cost little beside them.
/// </summary>
internal static class HalfStorage
{
    public static bool IsIn(Tensor[] operands, Tensor output) => output.DType.IsHalf() || Array.Exists(operands, operand => operand.DType.IsHalf());

    public static void Execute(Primitive primitive, Tensor[] operands, Tensor output)
    {
        Tensor result = output.DType.IsHalf() ? Tensor.Empty(output.Shape, DType.Float32) : output;
        primitive.Execute(Array.ConvertAll(operands, operand => operand.DType.IsHalf() ? Converted(operand, DType.Float32) : operand), result);
        if (result != output)
            new Cast(output.DType).Execute([result], output);
    }

    private static Tensor Converted(Tensor tensor, DType type)
    {
        Tensor converted = Tensor.Empty(tensor.Shape, type);
        new Cast(type).Execute([tensor], converted);
        return converted;
    }
}
