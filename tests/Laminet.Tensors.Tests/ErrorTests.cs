using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;

namespace Laminet.Tensors.Tests;

/// <summary>An error says what was received, what was expected and how to mend it.</summary>
public class ErrorTests
{
    private static readonly Tensor Matrix = Tensor.Ones([2, 3]);
    private static readonly Tensor Whole = Tensor.From(1, 2, 3);
    private static readonly Tensor Mask = Tensor.From(true, false);
    private static readonly Tensor Image = Tensor.Ones([1, 5, 5, 3]);
    private static readonly Tensor Sequence = Tensor.Ones([1, 4, 3]), Volume = Tensor.Ones([1, 2, 2, 2, 3]);

    private static readonly Dictionary<string, (Func<object?> Call, Type Type, string Message)> Cases = new()
    {
        ["broadcast"] = Shape(() => Matrix + Tensor.Ones([2]), "Add: Shapes (2, 3) and (2,) do not broadcast: counted from the right, axis 1 has lengths 3 and 2. They must be equal or one of them must be 1; Reshape or Transpose one of the two."),
        ["arithmetic of truth"] = Type(() => Mask + Mask, "Add: received Bool (2,); truth values have no arithmetic. Cast to a number type, or use And, Or, Not."),
        ["exp of integers"] = Type(() => Whole.Exp(), "Exp: received Int32 (3,); expected a floating-point type. Cast it first."),
        ["too large for a byte"] = Type(() => Tensor.Full([2], 256, DType.UInt8), "Received the number 256 for a tensor of UInt8, which does not hold it. Cast the tensor first, to Float32 or a larger integer type."),
        ["negative without a sign"] = Type(() => Tensor.Zeros([2], DType.UInt64) + -1, "Received the number -1 for a tensor of UInt64, which does not hold it. Cast the tensor first, to Float32 or a larger integer type."),
        ["fraction for integers"] = Type(() => Tensor.Full([2], 0.5, DType.Int16), "Received the number 0.5 for a tensor of Int16, which does not hold it. Cast the tensor first, to Float32 or a larger integer type."),
        ["clip beyond a byte"] = Type(() => Tensor.Zeros([2], DType.UInt8).Clip(0, 256), "Received the number 256 for a tensor of UInt8, which does not hold it. Cast the tensor first, to Float32 or a larger integer type."),
        ["product of truth"] = Type(() => Mask.MatMul(Mask), "MatMul: received Bool (1, 2); truth values have no arithmetic. Cast to a number type, or use And, Or, Not."),
        ["max of truth"] = Type(() => Mask.Max(), "Maximum: received Bool (2,); truth values have no arithmetic. Cast to a number type, or use And, Or, Not."),
        ["different types of a loss"] = Type(() => Matrix.CrossEntropy(Matrix.Cast(DType.Float64)), "CrossEntropy: received Float32 (2, 3) and Float64 (2, 3); both must have one element type. Cast one of them."),
        ["any of numbers"] = Type(() => Matrix.Any(), "Any: received Float32 (2, 3); expected Bool. Compare with something first, as in x.Greater(0)."),
        ["and of numbers"] = Type(() => Matrix.And(Matrix), "And: received Float32 (2, 3) and Float32 (2, 3); expected Bool. Compare with something first, as in x.Greater(0)."),
        ["choice by numbers"] = Type(() => Tensor.Where(Matrix, Matrix, Matrix), "Where: received the condition Float32 (2, 3); expected Bool. Compare with something first, as in x.Greater(0)."),
        ["clip"] = Argument(() => Matrix.Clip(2, 1), "Clip: received the range 2 to 1; the minimum must not be above the maximum."),
        ["axis"] = Range(() => Matrix.Sum(2), "Received axis 2; the shape (2, 3) has axes -2 to 1. (Parameter 'axis')"),
        ["axis of a scalar"] = Range(() => Tensor.Scalar(1f).ArgMax(), "Received axis -1; the shape () has no axes: it is a single number. (Parameter 'axis')"),
        ["axis twice"] = Shape(() => Matrix.Sum([0, -2]), "Received the axes [0, -2] of (2, 3); an axis is named twice."),
        ["max of nothing"] = Shape(() => Tensor.Ones([0]).Max(), "Maximum: the axes to reduce of (0,) hold no element, and nothing is the largest or smallest of none."),
        ["argmax of nothing"] = Shape(() => Tensor.Ones([2, 0]).ArgMax(), "ArgMax: axis 1 of (2, 0) holds no element, and nothing is the largest or smallest of none."),
        ["top k below 0"] = Range(() => Matrix.TopK(-1), "TopK: received k = -1; axis -1 of (2, 3) has 3 elements, so k is 0 to 3. (Parameter 'k')"),
        ["top k beyond the axis"] = Range(() => Matrix.TopK(3, axis: 0), "TopK: received k = 3; axis 0 of (2, 3) has 2 elements, so k is 0 to 2. (Parameter 'k')"),
        ["top k of truths"] = Type(() => Matrix.Greater(0).TopK(1).Values, "TopK: received Bool (2, 3); truth values have no arithmetic. Cast to a number type, or use And, Or, Not."),
        ["diagonal of one axis"] = Argument(() => Matrix.Diagonal(0, 1, -1), "Diagonal: received the axis 1 twice; expected two axes of (2, 3). (Parameter 'second')"),
        ["turn about one axis"] = Argument(() => Matrix.Rot90(1, 0, 0), "Rot90: received the axis 0 twice; expected two axes of (2, 3). (Parameter 'second')"),
        ["diag of an image"] = Shape(() => Image.Diag(), "Diag: received the shape (1, 5, 5, 3); expected a vector or a matrix. For diagonals of several matrices call Diagonal."),
        ["triangle of a vector"] = Shape(() => Whole.TriL(), "TriL: received the shape (3,); expected matrices in the last two axes."),
        ["grid of matrices"] = Shape(() => Tensor.Meshgrid([Whole, Matrix])[0], "Meshgrid: received the shape (2, 3); expected vectors."),
        ["stack of none"] = Argument(() => Tensor.HStack([]), "Received no tensors; expected at least one. (Parameter 'tensors')"),
        ["tensor product of other lengths"] = Shape(() => Matrix.TensorDot(Matrix, [1], [0]), "TensorDot: received the axes [1] of (2, 3) and [0] of (2, 3); expected pairs of axes of the same length."),
        ["tensor product of too many axes"] = Shape(() => Matrix.TensorDot(Whole), "TensorDot: received 2 axes for (2, 3) and (3,); expected 0 to 1."),
        ["tensor product of an axis twice"] = Shape(() => Matrix.TensorDot(Matrix, [0, 0], [0, 1]), "TensorDot: received the axes [0, 0] of (2, 3); an axis is named twice."),
        ["cross product of two numbers"] = Shape(() => Matrix.Cross(Matrix, 0), "Cross: received (2, 3) and (2, 3); expected the length 3 along axis 0."),
        ["quantile in percent"] = Range(() => Matrix.Quantile(50), "Quantile: received q = 50; expected 0 to 1. For percents call Percentile. (Parameter 'q')"),
        ["quantile of nothing"] = Shape(() => Tensor.Ones([2, 0]).Median(1), "Quantile: received the shape (2, 0): there are no numbers along the axes."),
        ["quantile of integers"] = Type(() => Whole.Median(), "Quantile: received Int32 (3,); expected a floating-point type. Cast it first."),
        ["covariance of a vector"] = Shape(() => Tensor.Ones([3]).Covariance(), "Covariance: received the shape (3,); expected a matrix, a row for each variable."),
        ["factor from zero"] = Range(() => Tensor.GeomSpace(0, 8), "GeomSpace: received 0 to 8; expected two numbers of the same sign, neither of them 0. (Parameter 'stop')"),
        ["running maximum of truth"] = Type(() => Mask.CumMax(0).Values, "RunningExtreme: received Bool (2,); truth values have no arithmetic. Cast to a number type, or use And, Or, Not."),
        ["split into none"] = Range(() => Matrix.Split(0)[0], "Split: received 0 parts; expected at least 1. (Parameter 'parts')"),
        ["split that leaves a rest"] = Shape(() => Matrix.Split(2)[0], "Split: axis -1 of (2, 3) has length 3, which does not divide into 2 equal parts. Give the length of each part, as in Split([2, 3])."),
        ["split of another length"] = Shape(() => Matrix.Split([2, 2])[0], "Split: received the sizes (2, 2) for axis 1 of (2, 3); expected lengths of zero or more with the sum 3."),
        ["split with a negative length"] = Shape(() => Matrix.Split([4, -1])[0], "Split: received the sizes (4, -1) for axis 1 of (2, 3); expected lengths of zero or more with the sum 3."),
        ["split by no lengths"] = Argument(() => Matrix.Split([])[0], "Split: received no sizes; give the length of at least one part. (Parameter 'sizes')"),
        ["gamma of other channels"] = Shape(() => Matrix.BatchNormalize(out _, out _, Tensor.Ones([2])), "Normalize: received a mean, variance, gamma or beta of shape (2,) for the shape (2, 3); expected (3,), one number a channel."),
        ["moments with a mask of numbers"] = Type(() => Matrix.ChannelMoments(Tensor.Ones([2])).Mean, "ChannelMoments: received a mask of Float32 (2,); expected Bool, true where a row counts."),
        ["moments with a mask of channels"] = Shape(() => Matrix.ChannelMoments(Tensor.Full([2, 3], 1, DType.Bool)).Mean, "ChannelMoments: received a mask of shape (2, 3) for a tensor of shape (2, 3); expected its first axes, without the channels."),
        ["normalised scalar"] = Shape(() => Tensor.Scalar(1f).ChannelMoments().Mean, "ChannelMoments: received a scalar; expected (..., channels)."),
        ["reshape"] = Shape(() => Matrix.Reshape(4), "Reshape: the shape (2, 3) has 6 elements, (4,) has 4; the numbers must be equal."),
        ["reshape open"] = Shape(() => Matrix.Reshape(4, -1), "Reshape: 6 elements of (2, 3) do not divide into (4, -1)."),
        ["reshape open twice"] = Shape(() => Matrix.Reshape(-1, -1), "Reshape: received (-1, -1); only one length may be -1."),
        ["transpose"] = Shape(() => Matrix.Transpose(0, 0), "Transpose: received the axes (0, 0) for the shape (2, 3); name each of its 2 axes once."),
        ["broadcast to"] = Shape(() => Matrix.BroadcastTo([3]), "BroadcastTo: (2, 3) does not broadcast to (3,): an axis would have to shrink."),
        ["slice step"] = Range(() => Matrix.Slice(0, step: 0), "Received a step of 0; it must be positive or negative. (Parameter 'step')"),
        ["position"] = Range(() => Matrix.At(2), "Received position 2 of axis 0; the shape (2, 3) has 2 there. (Parameter 'position')"),
        ["index"] = Range(() => Matrix[.., 3], "Received index 3 for axis 1 of (2, 3), which has length 3; expected 0 to 2, or ^1 to ^3 from the end. (Parameter 'indices')"),
        ["index from the end"] = Range(() => Matrix[^3], "Received index ^3 for axis 0 of (2, 3), which has length 2; expected 0 to 1, or ^1 to ^2 from the end. (Parameter 'indices')"),
        ["index just behind the end"] = Range(() => Matrix[^0], "Received index ^0 for axis 0 of (2, 3), which has length 2; expected 0 to 1, or ^1 to ^2 from the end. (Parameter 'indices')"),
        ["negative index"] = Range(() => Matrix[-3], "Received index ^3 for axis 0 of (2, 3), which has length 2; expected 0 to 1, or ^1 to ^2 from the end. (Parameter 'indices')"),
        ["index of nothing"] = Range(() => Tensor.Ones([0])[0], "Received index 0 for axis 0 of (0,), which has length 0 and so no position. (Parameter 'indices')"),
        ["range of an axis"] = Range(() => Matrix[.., 1..4], "Received the range 1..4 for axis 1 of (2, 3), which has length 3; expected a start and an end of 0 to 3 (or ^3 to ^0), with the start not after the end. Slice clips positions beyond the ends, and supports steps. (Parameter 'indices')"),
        ["range backwards"] = Range(() => Matrix[1..^2], "Received the range 1..^2 for axis 0 of (2, 3), which has length 2; expected a start and an end of 0 to 2 (or ^2 to ^0), with the start not after the end. Slice clips positions beyond the ends, and supports steps. (Parameter 'indices')"),
        ["indices beyond the axes"] = Shape(() => Matrix[0, ^1, ..], "Received 3 indices [0, ^1, 0..^0] for the shape (2, 3); expected at most 2, one for each axis."),
        ["mask of another shape"] = Shape(() => Matrix[Tensor.From(true, false, true)], "Received a mask of shape (3,) for the shape (2, 3); expected the lengths of its first axes, such as (2,)."),
        ["mask of a scalar"] = Shape(() => Tensor.Scalar(1)[Mask], "Received a mask of shape (2,) for the shape (); expected the lengths of its first axes, such as ()."),
        ["index by numbers"] = Type(() => Matrix[Whole], "Received an index that is a tensor of Int32 (3,); expected a mask of Bool. For the entries at given positions use Gather, or for a position that is a tensor SliceAt."),
        ["mask without numbers"] = (() => Function.Compile(x => x[x.Greater(0)])(Matrix), typeof(InvalidOperationException), "x[mask]: how many entries of the mask (2, 3) are true is not known while a function is compiled or a layer is built, so the result has no shape yet. Use Tensor.Where, multiply by the mask, or select outside the function (for a model: RunEagerly = true)."),
        ["axis from the end"] = Range(() => Matrix.Shape[^3], "Received axis -3; the shape (2, 3) has axes -2 to 1. (Parameter 'axis')"),
        ["axis just behind the end"] = Range(() => Matrix.Shape[^0], "Received axis 2; the shape (2, 3) has axes -2 to 1. (Parameter 'axis')"),
        ["range of axes"] = Range(() => Matrix.Shape[1..3], "Received the axes 1..3 of the shape (2, 3), which has 2; expected a start and an end of 0 to 2 (or ^2 to ^0), with the start not after the end. (Parameter 'axes')"),
        ["squeeze"] = Shape(() => Matrix.Squeeze(1), "Squeeze: axis 1 of (2, 3) has length 3; only an axis of length 1 can be dropped. Use At or a reduction."),
        ["new axis"] = Range(() => Matrix.ExpandDims(3), "Received axis 3; a new axis of (2, 3) can be at -3 to 2. (Parameter 'axis')"),
        ["pad"] = Shape(() => Matrix.Pad([(1, 1)]), "Pad: received 1 pairs of widths for the shape (2, 3); give one pair for each of its 2 axes."),
        ["pad negative"] = Shape(() => Matrix.Pad([(0, 0), (-1, 0)]), "Pad: received the widths (-1, 0) for axis 1; expected zero or more. To cut, use Slice."),
        ["concatenate"] = Shape(() => Tensor.Concatenate([Matrix, Tensor.Ones([3, 3])], 1), "Concatenate: received shapes (2, 3), (3, 3); all but axis 1 must be equal."),
        ["concatenate nothing"] = Argument(() => Tensor.Concatenate([]), "Concatenate: received no tensors; give at least one. (Parameter 'tensors')"),
        ["gather index"] = Range(() => Matrix.Gather(Tensor.From(0, 2)), "Gather: received index 2; axis 0 of (2, 3) has positions 0 to 1. (Parameter 'indices')"),
        ["gather negative"] = Range(() => Matrix.Gather(Tensor.From(-1)), "Gather: received index -1; axis 0 of (2, 3) has positions 0 to 1. (Parameter 'indices')"),
        ["gather type"] = Type(() => Matrix.Gather(Tensor.From(1f)), "Gather: received indices of Float32 (1,); expected integers. Cast them."),
        ["gather wide index"] = Range(() => Matrix.Gather(Tensor.From(1L << 40)), "Gather: received index 2147483647; axis 0 of (2, 3) has positions 0 to 1. (Parameter 'indices')"),
        ["scatter"] = Shape(() => Matrix.ScatterAdd(Whole, 4), "ScatterAdd: values of shape (2, 3) do not have the indices' axes (3,) from axis 0 on."),
        ["probability above 1"] = Range(() => Tensor.From(0, 1, 2f).CheckedProbabilities("Loss"), "Loss: the target at index 2 is 2; expected 0 for no, 1 for yes, or a probability between. Number two classes 0 and 1; for more classes use SparseCategoricalCrossentropy, for other numbers a loss such as MeanSquaredError. (Parameter 'numbers')"),
        ["probability below 0"] = Range(() => Tensor.From(-1.0).CheckedProbabilities("Loss"), "Loss: the target at index 0 is -1; expected 0 for no, 1 for yes, or a probability between. Number two classes 0 and 1; for more classes use SparseCategoricalCrossentropy, for other numbers a loss such as MeanSquaredError. (Parameter 'numbers')"),
        ["probability that is an integer"] = Type(() => Whole.CheckedProbabilities("Loss"), "Loss: received Int32 (3,); expected a floating-point type. Cast it first."),
        ["one-hot depth"] = Range(() => Whole.OneHot(-1), "OneHot: received the depth -1; it must be zero or more. (Parameter 'depth')"),
        ["matmul"] = Shape(() => Matrix.MatMul(Matrix), "MatMul: received (2, 3) times (2, 3); the inner lengths 3 and 2 must be equal. Transpose or Reshape one of the two."),
        ["matmul transposed"] = Shape(() => Matrix.MatMul(Tensor.Ones([3, 2]), transposeOther: true), "MatMul: received (2, 3) times (3, 2) transposed; the inner lengths 3 and 2 must be equal. Transpose or Reshape one of the two."),
        ["matmul scalar"] = Shape(() => Matrix.MatMul(Tensor.Scalar(1f)), "MatMul: received shapes (2, 3) and (); both need an axis to sum over. Multiply by a scalar with *."),
        ["convolution rank"] = Shape(() => Matrix.Convolution(Tensor.Ones([3, 3, 1, 1])), "Convolution: received an input of shape (2, 3); expected (batch, height, width, channels). A single image needs a batch axis (ExpandDims(0)), a grey one a channel axis (ExpandDims(-1))."),
        ["convolution channels"] = Shape(() => Image.Convolution(Tensor.Ones([3, 3, 1, 4])), "Convolution: the kernel (3, 3, 1, 4) expects 1 channels in 1 group(s); the input (1, 5, 5, 3) has 3. Images are channels-last: (batch, height, width, channels)."),
        ["convolution window"] = Shape(() => Image.Convolution(Tensor.Ones([7, 3, 3, 4])), "Convolution: a window of 7 x 3 does not fit into the input (1, 5, 5, 3), 5 x 5 with padding. Use a smaller window, Padding.Same, or larger images."),
        ["convolution groups"] = Shape(() => Image.Convolution(Tensor.Ones([3, 3, 1, 4]), groups: 2), "Convolution: 2 groups must divide the 3 channels and the 4 filters."),
        ["convolution bias"] = Shape(() => Image.Convolution(Tensor.Ones([3, 3, 3, 4]), Tensor.Ones([3])), "Convolution: received the bias Float32 (3,); expected Float32 (4,), one number a filter."),
        ["convolution strides"] = Shape(() => Image.Convolution(Tensor.Ones([3, 3, 3, 4]), strides: (0, 1)), "Convolution: received strides (0, 1); both must be 1 or more."),
        ["pool padding"] = Shape(() => Image.MaxPool((2, 2), padding: Padding.Explicit(2)), "MaxPool: padding (2, 2) x (2, 2) is not smaller than the window 2 x 2; a window would hold nothing but padding."),
        ["pooling of sequences"] = Shape(() => Matrix.MaxPool1D(2), "MaxPool1D: received an input of shape (2, 3); expected (batch, length, channels). A single sequence needs a batch axis (ExpandDims(0)), one of plain numbers a channel axis (ExpandDims(-1))."),
        ["pooling of volumes"] = Shape(() => Image.AveragePool3D((2, 2, 2)), "AveragePool3D: received an input of shape (1, 5, 5, 3); expected (batch, depth, height, width, channels). A single volume needs a batch axis (ExpandDims(0)), a grey one a channel axis (ExpandDims(-1))."),
        ["adaptive pooling"] = Shape(() => Image.AdaptiveMaxPool((0, 2)), "AdaptiveMaxPool: received output size (0, 2); both must be 1 or more."),
        ["sequence window"] = Shape(() => Sequence.Convolution1D(Tensor.Ones([3, 3, 4]), dilation: 2, padding: Padding.Valid), "Convolution1D: a window of 5 does not fit into the input (1, 4, 3), 4 long with padding. Use a smaller window, Padding.Same, or longer sequences."),
        ["sequence kernel"] = Shape(() => Sequence.Convolution1D(Matrix), "Convolution1D: received a kernel of shape (2, 3); expected (length, channels / groups, filters)."),
        ["sequence stride"] = Shape(() => Sequence.Convolution1D(Tensor.Ones([3, 3, 4]), stride: 0), "Convolution1D: received the stride 0; expected 1 or more."),
        ["volume channels"] = Shape(() => Volume.Convolution3D(Tensor.Ones([1, 1, 1, 2, 4])), "Convolution3D: the kernel (1, 1, 1, 2, 4) expects 2 channels in 1 group(s); the input (1, 2, 2, 2, 3) has 3. Volumes are channels-last: (batch, depth, height, width, channels)."),
        ["volume window"] = Shape(() => Volume.Convolution3D(Tensor.Ones([3, 1, 1, 3, 4])), "Convolution3D: a window 3 deep does not fit into the input (1, 2, 2, 2, 3), 2 deep with padding. Use a smaller window, Padding.Same, or deeper volumes."),
        ["transposed channels"] = Shape(() => Image.TransposedConvolution(Tensor.Ones([3, 3, 4, 2])), "TransposedConvolution: the kernel (3, 3, 4, 2) expects 2 channels; the input (1, 5, 5, 3) has 3. The last axis of the kernel counts the input's channels, the one before it the filters."),
        ["transposed output padding"] = Shape(() => Image.TransposedConvolution(Tensor.Ones([3, 3, 4, 3]), (2, 2), outputPadding: (2, 0)), "TransposedConvolution: received the output padding 2 for a stride of 2; expected 0 to 1. More cells would be reached by no position."),
        ["transposed padding"] = Shape(() => Image.TransposedConvolution(Tensor.Ones([1, 1, 4, 3]), padding: Padding.Explicit(3)), "TransposedConvolution: an axis of length 5 with a window of 1, a stride of 1 and the padding ((3, 3), (3, 3), (3, 3)) would get the length -1; expected 1 or more. Use less padding or a larger stride."),
        ["transposed causal"] = Shape(() => Sequence.TransposedConvolution1D(Tensor.Ones([3, 4, 3]), padding: "causal"), "TransposedConvolution1D: received the padding causal; expected valid, same or explicit cells. Each cell adds to what comes after it, so nothing can be left out before."),
        ["transposed groups"] = Shape(() => Image.TransposedConvolution(Tensor.Ones([3, 3, 4, 3]), groups: 2), "TransposedConvolution: 2 groups must divide the 3 channels."),
        ["convolution of sequences"] = Shape(() => Tensor.Ones([1, 4, 3]).Convolution1D(Tensor.Ones([3, 2, 4])), "Convolution1D: the kernel (3, 2, 4) expects 2 channels in 1 group(s); the input (1, 4, 3) has 3. Sequences are channels-last: (batch, length, channels)."),
        ["dilated pooling beside the sequence"] = Shape(() => Tensor.Ones([1, 2, 1]).MaxPool1D(2, padding: Padding.Same, dilation: 3), "MaxPool: with the dilation 1 x 3 and the padding (0, 0) x (1, 1), a window over (1, 1, 2, 1) would hold nothing but padding; expected at least one pixel in each. Use a smaller dilation or less padding."),
        ["length of a signal"] = Range(() => Tensor.ISTFT(Tensor.Ones([3, 5]), Tensor.Ones([3, 5]), 8, 4, 8, length: -5), "ISTFT: received the length -5; expected 1 or more. (Parameter 'length')"),
        ["k of a response"] = Range(() => Sequence.LocalResponseNormalize(3, k: 0), "LocalResponseNormalize: received k = 0; expected a number above 0, since a window of zeros is divided by k^beta. (Parameter 'k')"),
        ["window"] = Range(() => Tensor.FromWindow((SignalWindow)9, 8), "FromWindow: received the window 9; expected one of None, Hann, Hamming, Blackman. (Parameter 'window')"),
        ["one bin"] = Shape(() => Tensor.IRFFT(Tensor.Ones([2, 1]), Tensor.Ones([2, 1])), "IRFFT: received one bin, numbers of shape (2, 1), and no length; the default 2 (bins - 1) is 0. Give the length: IRFFT(real, imaginary, 1)."),
        ["resize"] = Shape(() => Image.Resize((0, 3)), "Resize: received the size (0, 3) for images of shape (1, 5, 5, 3); all lengths must be 1 or more."),
        ["resize type"] = Type(() => Tensor.Ones([1, 2, 2, 1], DType.UInt8).Resize((1, 1)), "Resize: received UInt8 (1, 2, 2, 1); expected a floating-point type. Cast it first."),
        ["resize kind"] = Range(() => Image.Resize((2, 2), (Interpolation)9), "Received the interpolation 9; expected one of Nearest, Bilinear, Bicubic, Lanczos3, Lanczos5, Box. (Parameter 'interpolation')"),
        ["padding"] = Range(() => Padding.Explicit(-1), "Received the paddings (-1, -1), (-1, -1) and (-1, -1) of depth, height and width; expected numbers of zero or more. (Parameter 'height')"),
        ["values"] = Shape(() => Tensor.From([1f, 2], [3]), "Received 2 values for the shape (3,), which has 3 elements."),
        ["element type"] = Type(() => Tensor.From('a', 'b'), "A tensor cannot hold Char. Use one of Single, Double, Int32, Int64, Byte, Boolean, SByte, Int16, UInt16, UInt32, UInt64, Half, BFloat16."),
        ["read type"] = Type(() => Matrix.ToArray<double>(), "Received a request for Double; the tensor holds Float32. Ask for its own type or Cast it."),
        ["item"] = Shape(() => Matrix.Item<float>(), "Item needs a tensor with one element; this one has shape (2, 3). Reduce it (Sum, Mean) or Slice it first."),
        ["rank"] = Shape(() => Tensor.Ones([1, 1, 1, 1, 1, 1, 1, 1, 1]), "Received 9 axes; a tensor has at most 8."),
        ["negative length"] = Shape(() => Tensor.Ones([2, -1]), "Received an axis of length -1 in (2, -1); lengths are zero or more."),
        ["too many elements"] = Shape(() => Tensor.Ones([65536, 65536]), "The shape (65536, 65536) has more than 2147483647 elements, the most one tensor holds. Split it."),
        ["range"] = Range(() => Tensor.Range(3, 1), "Received the range 3 to 1; the stop must not be below the start. (Parameter 'stop')"),
        ["gradient by integers"] = Type(() => Gradient.Of(x => x)(Whole), "A gradient needs sources of floating-point numbers; received Int32 (3,). Cast it first."),
        ["gradient of integers"] = Type(() => Gradient.Of(x => x.Cast(DType.Int32))(Matrix), "A gradient needs a target of floating-point numbers; received Int32 (2, 3). Cast it first."),
        ["unwatched"] = Argument(() => new GradientTape().Gradient(Matrix, Matrix), "A source of shape (2, 3) is not watched. Use the tensor that Watch returned, and compute the target from it. (Parameter 'sources')"),
        ["assign shape"] = Shape(() => Assign(Tensor.Ones([3])), "Variable 'kernel' has shape (2, 3); received a value of shape (3,)."),
        ["assign type"] = Type(() => Assign(Tensor.Ones([2, 3], DType.Float64)), "Variable 'kernel' holds Float32; received a value of Float64. Cast it first."),
        ["probability"] = Range(() => new RandomKey(1).Bernoulli([2], 1.5), "Received the probability 1.5; expected a number from 0 to 1. (Parameter 'probability')"),
        ["uniform"] = Range(() => new RandomKey(1).Uniform([2], 1, 1), "Uniform: received the range 1 to 1; the minimum must lie below the maximum. (Parameter 'minimum')"),
        ["permutation"] = Range(() => new RandomKey(1).Permutation(-1), "Permutation: received the length -1; it must be zero or more. (Parameter 'length')"),
        ["random integers"] = Type(() => new RandomKey(1).Normal([2], dtype: DType.Int32), "RandomNormal: received the type Int32; expected Float32 or Float64. Cast the result."),
        ["no numbers"] = (() => Tensor.ShapeOnly([2]).ToArray<float>(), typeof(InvalidOperationException), "This tensor of shape (2,) has no numbers yet: it stands for a shape while layers are built. Do not read values (Item, ToArray) in a layer's Forward; express the computation in tensor operations (for a choice, Tensor.Where)."),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_message_is_exact(string name)
    {
        (Func<object?> call, Type type, string message) = Cases[name];
        Assert.Equal(message, Assert.Throws(type, call).Message);
    }

    private static object? Assign(Tensor value)
    {
        new Variable(Matrix, "kernel").Assign(value);
        return null;
    }

    private static (Func<object?>, Type, string) Shape(Func<object?> call, string message) => (call, typeof(ShapeException), message);

    private static (Func<object?>, Type, string) Type(Func<object?> call, string message) => (call, typeof(DTypeException), message);

    private static (Func<object?>, Type, string) Argument(Func<object?> call, string message) => (call, typeof(ArgumentException), message);

    private static (Func<object?>, Type, string) Range(Func<object?> call, string message) => (call, typeof(ArgumentOutOfRangeException), message);
}
