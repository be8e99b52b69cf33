using System.Numerics;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>What the ways to share a convolution in tiles have in common: weights in, results out.</summary>
internal static unsafe class WinogradSteps<T> where T : unmanaged, INumber<T>
{
    /// <summary>Transforms the weights of one panel of columns for some inputs: one slice a cell, input after input.</summary>
    public static void TransformWeights(in PatchProduct<T> patch, Tile<T> tile, int column, int input, int inputs, T* slices, nint sliceStride)
    {
        using Scratch<T> packed = Scratch.Rent<T>(patch.IsPacked ? 0 : 9 * (nint)inputs * tile.Columns);
        nint tapStride = (nint)(patch.IsPacked ? patch.GroupInputs : inputs) * tile.Columns;
        for (int tap = 0; tap < 9 && !patch.IsPacked; tap++)
        {
            Packing.Panel(
                patch.Weights + patch.Grid.Taps[tap].Weight + (input * patch.WeightInputStride) + (column * patch.WeightOutputStride),
                patch.WeightInputStride, patch.WeightOutputStride, inputs, Math.Min(tile.Columns, patch.GroupOutputs - column),
                packed.Pointer + (tap * tapStride), tile.Columns);
        }
        WinogradCall<T> call = new()
        {
            Weights = patch.IsPacked ? patch.Weights + (((nint)column * 9 * patch.GroupInputs) + ((nint)input * tile.Columns)) : packed.Pointer,
            TapStride = tapStride,
            Channels = inputs * tile.Columns,
            Slices = slices,
            SliceStride = sliceStride,
        };
        Simd.Dispatch<WinogradWeights<T>, T, WinogradCall<T>>(ref call);
    }

    /// <summary>Transforms the sums of some tiles, for so many outputs from <paramref name="column"/> on, into results; then the epilogue.</summary>
    public static void TransformResults(
        in PatchProduct<T> patch, in WinogradGrid<T> grid, int first, int count, int column, int columns, T* sums, nint row, nint slice)
    {
        T** pixels = stackalloc T*[16];
        Epilogue<T> epilogue = patch.Epilogue;
        if (epilogue.Bias != null)
            epilogue.Bias += column;
        if (epilogue.Scale != null)
            epilogue.Scale += column;
        WinogradCall<T> call = new()
        {
            Pixels = pixels,
            Channels = columns,
            SliceStride = slice,
            Epilogue = epilogue,
            AddendOffset = patch.AddendOffset,
        };
        for (int i = 0; i < count; i++)
        {
            grid.FillResults(first + i, patch.Output + column, patch.OutputImageStride, patch.OutputRowStride, patch.OutputColumnStride, null, pixels);
            call.Slices = sums + (i * row);
            Simd.Dispatch<WinogradResults<T>, T, WinogradCall<T>>(ref call);
        }
    }
}
