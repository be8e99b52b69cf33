using Laminet.Tensors;
using static Laminet.Verification.Tests.Onnx.OnnxRow;

namespace Laminet.Verification.Tests.Onnx;

/// <summary>Recurrences: fused operations where they have the rule that is asked for, unrolled steps elsewhere.</summary>
internal static class OnnxSequences
{
    public static IEnumerable<OnnxRow> Rows =>
    [
        Of("RNN", e => EachWay(e, 1, (x, way) => Plain(way, x))),
        Of("GRU", e => EachWay(e, 3, (x, way) => e.Flag("linear_before_reset") ? ResetAfter(way, x) : ResetBefore(way, x))),
        Of("LSTM", e => EachWay(e, 4, (x, way) => way.Peepholes is null ? Fused(way, x) : Peeping(way, x))),
        Of("CausalConvWithState", CausalConvolution),
    ];

    // One direction: x times its weights with both biases where they may be added, the weights of the state, and the rest.
    private sealed record Way(Tensor Recurrent, Tensor Bias, Tensor State, Tensor Cell, Tensor? Peepholes, Tensor? Mask, bool Reverse)
    {
        public int Units => State.Shape[1];
    }

    // Forward, backward, or both; (time, batch, ...) unless the batch comes first.
    private static Tensor[] EachWay(OnnxExample e, int gates, Func<Tensor, Way, Tensor[]> run)
    {
        bool batchFirst = e.Flag("layout"), isLstm = gates == 4;
        int units = e.Int("hidden_size", 0);
        Tensor x = batchFirst ? e.X : e.X.Transpose(1, 0, 2);
        int batch = x.Shape[0], steps = x.Shape[1];
        Tensor? mask = e.Maybe(4) is Tensor lengths ? Tensor.Range(0, steps).Less(lengths.Cast(DType.Int32).ExpandDims(1)) : null;
        List<Tensor[]> ways = [];
        for (int way = 0; way < e.Y.Shape[0]; way++)
        {
            Tensor bias = e.Maybe(3)?.At(way) ?? Tensor.Zeros([2 * gates * units], x.DType);
            Tensor inner = bias.Slice(0, gates * units), recurrent = bias.Slice(gates * units);
            Tensor First(int input) => e.Maybe(input) is Tensor state ? state.At(way, batchFirst ? 1 : 0) : Tensor.Zeros([batch, units], x.DType);
            var settings = new Way(e.In(2).At(way).Transpose(), recurrent, First(5), First(isLstm ? 6 : 5), isLstm ? e.Maybe(7)?.At(way) : null, mask, e.Text("direction", "forward") == "reverse" || way == 1);
            ways.Add(run(x.MatMul(e.Y.At(way).Transpose()) + inner, settings));
        }

        int wayAxis = batchFirst ? 2 : 1;
        Tensor all = Tensor.Stack([.. ways.Select(way => batchFirst ? way[0] : way[0].Transpose(1, 0, 2))], wayAxis);
        return [all, .. Enumerable.Range(1, isLstm ? 2 : 1).Select(i => Tensor.Stack([.. ways.Select(way => way[i])], batchFirst ? 1 : 0))];
    }

    private static Tensor[] Plain(Way way, Tensor x)
    {
        (Tensor all, Tensor last) = (x + way.Bias).SimpleRecurrence(way.Recurrent, way.State, way.Mask, way.Reverse);
        return [all, last];
    }

    private static Tensor[] ResetAfter(Way way, Tensor x)
    {
        (Tensor all, Tensor last) = x.GatedRecurrence(way.Recurrent, way.Bias, way.State, way.Mask, way.Reverse);
        return [all, last];
    }

    // ONNX has the gates i, o, f, c; ours are i, f, g, o.
    private static Tensor[] Fused(Way way, Tensor x)
    {
        Tensor Ordered(Tensor columns)
        {
            Tensor[] parts = columns.Split(4);
            return Tensor.Concatenate([parts[0], parts[2], parts[3], parts[1]]);
        }

        (Tensor all, Tensor last, Tensor cell) = Ordered(x + way.Bias).LongShortTermMemory(Ordered(way.Recurrent), way.State, way.Cell, way.Mask, way.Reverse);
        return [all, last, cell];
    }

    private static Tensor[] ResetBefore(Way way, Tensor x) => Steps(way, x, (gates, h, _) =>
    {
        int units = way.Units;
        Tensor both = (gates.Slice(0, 2 * units, axis: 1) + h.MatMul(way.Recurrent.Slice(0, 2 * units, axis: 1)) + way.Bias.Slice(0, 2 * units)).Sigmoid();
        Tensor z = both.Slice(0, units, axis: 1), r = both.Slice(units, axis: 1);
        Tensor next = (gates.Slice(2 * units, axis: 1) + (r * h).MatMul(way.Recurrent.Slice(2 * units, axis: 1)) + way.Bias.Slice(2 * units)).Tanh();
        return (((1 - z) * next) + (z * h), h);
    })[..2];

    private static Tensor[] Peeping(Way way, Tensor x) => Steps(way, x, (gates, h, c) =>
    {
        Tensor[] parts = (gates + h.MatMul(way.Recurrent) + way.Bias).Split(4), peep = way.Peepholes!.Split(3);
        Tensor i = (parts[0] + (peep[0] * c)).Sigmoid(), f = (parts[2] + (peep[2] * c)).Sigmoid();
        Tensor next = (f * c) + (i * parts[3].Tanh());
        return ((parts[1] + (peep[1] * next)).Sigmoid() * next.Tanh(), next);
    });

    private static Tensor[] Steps(Way way, Tensor x, Func<Tensor, Tensor, Tensor, (Tensor, Tensor)> step)
    {
        (Tensor h, Tensor c) = (way.State, way.Cell);
        Tensor[] all = new Tensor[x.Shape[1]];
        foreach (int t in way.Reverse ? Enumerable.Range(0, all.Length).Reverse() : Enumerable.Range(0, all.Length))
        {
            (Tensor nextH, Tensor nextC) = step(x.At(t, 1), h, c);
            if (way.Mask is Tensor mask)
            {
                Tensor isIn = mask.At(t, 1).ExpandDims(1);
                (nextH, nextC) = (Tensor.Where(isIn, nextH, h), Tensor.Where(isIn, nextC, c));
            }

            all[t] = h = nextH;
            c = nextC;
        }

        return [Tensor.Stack(all, 1), h, c];
    }

    private static Tensor[] CausalConvolution(OnnxExample e)
    {
        int width = e.Y.Shape[2];
        Tensor past = e.Maybe(3) ?? Tensor.Zeros([e.X.Shape[0], e.X.Shape[1], width - 1], e.X.DType);
        Tensor padded = Tensor.Concatenate([past, e.X], 2);
        Tensor result = padded.Cast(DType.Float32).MoveAxis(1, -1).Convolution1D(e.Y.Cast(DType.Float32).Transpose(2, 1, 0), e.Maybe(2)?.Cast(DType.Float32), groups: e.X.Shape[1]).MoveAxis(-1, 1);
        return [(e.Text("activation", "none") == "none" ? result : result * result.Sigmoid()).Cast(e.X.DType), padded.Slice(padded.Shape[2] - width + 1, axis: 2)];
    }
}
