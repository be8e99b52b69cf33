namespace Laminet.Tensors.Kernels;

/// <content>Connectionist temporal classification.</content>
internal static unsafe partial class CheckedKernels
{
    /// <summary>Losses (batch,) of logits (batch, steps, classes) and labels (batch, longest), or with an upstream (batch,) the logits' gradient. The labels are class numbers.</summary>
    public static void Ctc(Tensor logits, Tensor labels, Tensor? upstream, Tensor output)
    {
        Require(logits.Rank == 3 && labels.Rank == 2 && labels.Shape[0] == logits.Shape[0] && labels.DType == DType.Int32, "sequences of labels");
        (int batch, int classes) = (logits.Shape[0], logits.Shape[2]);
        Require(logits.IsContiguous && labels.IsContiguous && output.IsContiguous && upstream is not { IsContiguous: false }, "strides of sequences");
        // The block is public, and a kernel reads where labels point.
        foreach (int label in labels.AsSpan<int>())
            Require((uint)label < (uint)classes, "labels of sequences");
        Require(upstream is null ? output.Length == batch : output.Length == logits.Length && upstream.Length == batch, "size of losses");
        if (logits.DType == DType.Float32)
            Ctc<float>(logits, labels, upstream, output);
        else
            Ctc<double>(logits, labels, upstream, output);
        KeepAlive(logits, labels, output);
        GC.KeepAlive(upstream);
    }

    private static void Ctc<T>(Tensor logits, Tensor labels, Tensor? upstream, Tensor output) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> => CtcRows<T>.Run(new()
    {
        Logits = P<T>(logits),
        Labels = P<int>(labels),
        Upstream = upstream is null ? null : P<T>(upstream),
        Result = P<T>(output),
        Batch = logits.Shape[0],
        Steps = logits.Shape[1],
        Classes = logits.Shape[2],
        Longest = labels.Shape[1],
    });
}
