using Laminet.OpInfo;
using Laminet.Tensors;
using static Laminet.Verification.Tests.Onnx.OnnxRow;

namespace Laminet.Verification.Tests.Onnx;

/// <summary>Shapes, creation, choosing and placing.</summary>
internal static class OnnxShapes
{
    public static IEnumerable<OnnxRow> Rows =>
    [
        Of("Concat", e => Tensor.Concatenate(e.Inputs, e.Int("axis", 0))),
        Of("Constant", e => e.Constant("value")!),
        Of("ConstantOfShape", e => (e.Constant("value") ?? Tensor.From(0f)).BroadcastTo(Shape.Create(e.Whole(0)!))),
        Of("Expand", e => e.X.BroadcastTo(Shape.Broadcast(e.X.Shape, Shape.Create(e.Whole(1)!)))),
        Of("EyeLike", e => Tensor.Eye(e.X.Shape[0], e.X.Shape[1], e.Int("k", 0), e.Type("dtype", e.X.DType))),
        Of("Flatten", e => e.X.Reshape(e.X.Shape.Take(OnnxReductions.Axis(e.Int("axis", 1), e.X.Rank)).Aggregate(1, (x, y) => x * y), -1)),
        Of("Range", e => Tensor.ARange(e.X.ToDouble(), e.Y.ToDouble(), e.In(2).ToDouble(), e.X.DType)),
        Of("Reshape", e => e.X.Reshape([.. e.Whole(1)!.Select((length, i) => length == 0 && !e.Flag("allowzero") ? e.X.Shape[i] : length)])),
        Of("Shape", e => Tensor.From(e.X.Shape.Select(length => (long)length).ToArray()[Start(e)..Math.Max(Stop(e), Start(e))])),
        Of("Size", e => Tensor.Scalar((long)e.X.Length)),
        Of("Squeeze", e => e.Whole(1)!.Select(axis => OnnxReductions.Axis(axis, e.X.Rank)).OrderDescending().Aggregate(e.X, (x, axis) => x.Squeeze(axis))),
        Of("Unsqueeze", e => e.Whole(1)!.Select(axis => OnnxReductions.Axis(axis, e.X.Rank + e.Y.Length)).Order().Aggregate(e.X, (x, axis) => x.ExpandDims(axis))),
        Of("Tile", e => e.X.Tile(e.Whole(1)!)),
        Of("Transpose", e => e.X.Transpose(e.Ints("perm") ?? [.. Enumerable.Range(0, e.X.Rank).Reverse()])),
        Of("Trilu", e => e.Flag("upper", true) ? e.X.TriU(e.Whole(1)?[0] ?? 0) : e.X.TriL(e.Whole(1)?[0] ?? 0)),
        Of("Split", e => Split(e)),
        Of("Slice", Slice),
        Of("Pad", Pad),
        Of("CenterCropPad", CenterCropPad),
        Of("DepthToSpace", e => e.Text("mode", "DCR") == "DCR" ? e.X.MoveAxis(1, -1).DepthToSpace(e.Int("blocksize", 1)).MoveAxis(-1, 1)
            : e.X.Rearrange("n (c a b) h w -> n c (h a) (w b)", ("a", e.Int("blocksize", 1)), ("b", e.Int("blocksize", 1)))),
        Of("SpaceToDepth", e => e.X.MoveAxis(1, -1).SpaceToDepth(e.Int("blocksize", 1)).MoveAxis(-1, 1)),
        Of("Gather", e => e.X.Gather(e.Y, e.Int("axis", 0), fromEnd: true)),
        Of("GatherElements", e => e.X.TakeAlong(e.Y, e.Int("axis", 0))),
        Of("GatherND", e => e.Int("batch_dims", 0) == 0 ? e.X.GatherND(e.Y) : Tensor.Stack([.. Enumerable.Range(0, e.X.Shape[0]).Select(i => e.X.At(i).GatherND(e.Y.At(i)))])),
        Of("ScatterElements", e => e.X.PutAlong(e.Y, e.In(2), e.Int("axis", 0), Mode(e))),
        Of("ScatterND", e => e.X.ScatterUpdate(e.Y, e.In(2), Mode(e))),
        Of("TensorScatter", TensorScatter),
        Of("Compress", e => e.Has("axis") ? e.X.Gather(e.Y.NonZero().Reshape(-1), e.Int("axis", 0)) : e.X.Reshape(-1).Gather(e.Y.NonZero().Reshape(-1))),
        Of("OneHot", OneHot),
        Of("ReverseSequence", ReverseSequence),
    ];

    private static int Start(OnnxExample e) => Math.Clamp(OnnxReductions.Axis(e.Int("start", 0), e.X.Rank), 0, e.X.Rank);

    private static int Stop(OnnxExample e) => Math.Clamp(OnnxReductions.Axis(e.Int("end", e.X.Rank), e.X.Rank), 0, e.X.Rank);

    // A negative position counts from the end; ours begin at 0.
    private static ScatterMode Mode(OnnxExample e) => e.Text("reduction", "none") switch
    {
        "add" => ScatterMode.Add,
        "mul" => ScatterMode.Multiply,
        "min" => ScatterMode.Minimum,
        "max" => ScatterMode.Maximum,
        _ => ScatterMode.Assign,
    };

    // Parts of given sizes, or so many as equal as ONNX makes them: the last is smaller.
    private static Tensor[] Split(OnnxExample e)
    {
        int axis = e.Int("axis", 0), length = e.X.Shape[OnnxReductions.Axis(axis, e.X.Rank)], count = e.Outputs.Count, size = (length + count - 1) / count;
        return e.X.Split(e.Whole(1) ?? [.. Enumerable.Range(0, count).Select(i => Math.Min(size, length - (i * size)))], axis);
    }

    private static Tensor Slice(OnnxExample e)
    {
        int[] starts = e.Whole(1)!, ends = e.Whole(2)!, axes = e.Whole(3) ?? [.. Enumerable.Range(0, starts.Length)], steps = e.Whole(4) ?? [.. starts.Select(_ => 1)];
        Tensor x = e.X;
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = OnnxReductions.Axis(axes[i], x.Rank), length = x.Shape[axis];
            // An end at or before the first element, walking backwards, includes it; ours says so by having no end.
            int start = Math.Clamp(OnnxReductions.Axis(starts[i], length), 0, steps[i] < 0 ? length - 1 : length);
            int end = ends[i] < 0 ? ends[i] + length : Math.Min(ends[i], length);
            x = x.Slice(start, steps[i] < 0 && end < 0 ? null : Math.Max(end, 0), steps[i], axis);
        }

        return x;
    }

    private static Tensor Pad(OnnxExample e)
    {
        int[] pads = e.Whole(1)!, axes = e.Whole(3) ?? [.. Enumerable.Range(0, e.X.Rank)];
        (int, int)[] borders = new (int, int)[e.X.Rank];
        for (int i = 0; i < axes.Length; i++)
            borders[OnnxReductions.Axis(axes[i], e.X.Rank)] = (pads[i], pads[axes.Length + i]);
        string mode = e.Text("mode", "constant");
        return Images.Bordered(e.X, borders, mode == "edge" ? "replicate" : mode, e.Maybe(2)?.ToDouble() ?? 0);
    }

    private static Tensor CenterCropPad(OnnxExample e)
    {
        int[] sizes = e.Whole(1)!, axes = e.Ints("axes") ?? [.. Enumerable.Range(0, e.X.Rank)];
        Tensor x = e.X;
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = OnnxReductions.Axis(axes[i], x.Rank), more = sizes[i] - x.Shape[axis];
            x = more < 0 ? x.Slice(-more / 2, (-more / 2) + sizes[i], axis: axis) : x.Pad([.. Enumerable.Range(0, x.Rank).Select(each => each == axis ? (more / 2, more - (more / 2)) : (0, 0))]);
        }

        return x;
    }

    // New keys or values from a position of each example's cache on; a circular cache begins anew.
    private static Tensor TensorScatter(OnnxExample e)
    {
        int axis = OnnxReductions.Axis(e.Int("axis", -2), e.X.Rank), length = e.X.Shape[axis], steps = e.Y.Shape[axis];
        Tensor first = (e.Maybe(2) ?? Tensor.Zeros([e.X.Shape[0]], DType.Int64)).Cast(DType.Int32);
        Tensor places = (first.ExpandDims(1) + Tensor.Range(0, steps)).Mod(length);
        return e.X.PutAlong(places.Reshape(Shape.Create([.. Enumerable.Range(0, e.X.Rank).Select(i => i == 0 ? e.X.Shape[0] : i == axis ? steps : 1)])).BroadcastTo(e.Y.Shape), e.Y, axis);
    }

    private static Tensor OneHot(OnnxExample e)
    {
        int depth = e.Whole(1)![0];
        Tensor off = e.In(2).At(0), on = e.In(2).At(1), places = e.X.Cast(DType.Int32);
        // A negative position counts from the end; any other outside is nowhere.
        Tensor hot = Tensor.Where(places.Less(0), places + depth, places).ExpandDims(-1).Equal(Tensor.Range(0, depth));
        return Tensor.Where(hot, on, off).MoveAxis(-1, e.Int("axis", -1));
    }

    private static Tensor ReverseSequence(OnnxExample e)
    {
        int time = e.Int("time_axis", 0), batch = e.Int("batch_axis", 1);
        Tensor x = e.X.MoveAxis(batch, 0).MoveAxis(time > batch ? time : time + 1, 1), lengths = e.Y.Cast(DType.Int32).ExpandDims(1), steps = Tensor.Range(0, x.Shape[1]);
        Tensor places = Tensor.Where(steps.Less(lengths), lengths - 1 - steps, steps + (lengths * 0));
        Tensor result = x.TakeAlong(places.Reshape(Shape.Create([x.Shape[0], x.Shape[1], .. Enumerable.Repeat(1, x.Rank - 2)])).BroadcastTo(x.Shape), 1);
        return result.MoveAxis(1, time > batch ? time : time + 1).MoveAxis(0, batch);
    }
}
