using Laminet.Tensors.Devices;
using Laminet.Tensors.Kernels;

namespace Laminet.Tensors.Ops;

/// <summary>
/// Lets kernels of Float32 work on halves: operands are widened to copies, the results are rounded in the end. Products read each number
/// many times, so the copies cost little beside them.
/// </summary>
internal static class HalfStorage
{
    public static bool IsIn(in KernelArguments arguments) =>
        Array.Exists(arguments.Outputs, output => output is not null && output.DType.IsHalf()) || Array.Exists(arguments.Inputs, operand => operand.DType.IsHalf());

    public static void Run(Primitive primitive, in KernelArguments arguments)
    {
        Tensor?[] outputs = arguments.Outputs;
        Tensor?[] results = Array.ConvertAll(outputs, output => output is not null && output.DType.IsHalf() ? Tensor.Empty(output.Shape, DType.Float32) : output);
        Tensor[] operands = Array.ConvertAll(arguments.Inputs, operand => operand.DType.IsHalf() ? Converted(operand, DType.Float32) : operand);
        Device.Cpu.Execute(primitive, operands, results, arguments.Space);
        for (int i = 0; i < outputs.Length; i++)
        {
            if (results[i] != outputs[i])
                Conversion.Run(results[i]!, outputs[i]!);
        }
    }

    private static Tensor Converted(Tensor tensor, DType type)
    {
        Tensor converted = Tensor.Empty(tensor.Shape, type);
        Conversion.Run(tensor, converted);
        return converted;
    }
}
