using Laminet.Tensors.Compilation;
using Laminet.Tensors.Compilation.Passes;
using Laminet.Verification.Operations;

namespace Laminet.Tensors.Tests.Compilation.Passes;

public class SimplificationTests
{
    private static readonly Dictionary<string, (Func<Tensor, Tensor> Function, string Left)> Rules = new()
    {
        // Nothing is left of these.
        ["reshape to its own shape"] = (x => x.Reshape([2, 3]), ""),
        ["reshape there and back"] = (x => x.Reshape([6]).Reshape([2, 3]), ""),
        ["transpose there and back"] = (x => x.Transpose().Transpose(), ""),
        ["transpose in order"] = (x => x.Transpose(0, 1), ""),
        ["minus minus"] = (x => -(-x), ""),
        ["times one"] = (x => x * 1.0, ""),
        ["one times"] = (x => 1.0 * x, ""),
        ["by one"] = (x => x / 1.0, ""),
        ["times ones that are a vector of one"] = (x => x * Tensor.From(1f), ""),
        ["minus zero"] = (x => x - 0.0, ""),
        ["the whole slice"] = (x => x.Slice(0), ""),
        ["concatenation of one"] = (x => Tensor.Concatenate([x]), ""),
        ["all of them"] = (x => -(-((x.Transpose().Transpose() * 1.0) - 0.0).Slice(0, 2)), ""),

        // These become less.
        ["reshape twice"] = (x => x.Reshape([6]).Reshape([3, 2]), "Reshape"),
        ["transpose twice"] = (x => x.Reshape([1, 2, 3]).Transpose(1, 2, 0).Transpose(1, 2, 0), "Reshape Transpose"),
        ["sum of single elements"] = (x => x.Reshape([2, 1, 3]).Sum(1), ""),

        // These stay: -0 + 0 is 0, and x - -0 is x + 0; 0 - x is not -x for 0; infinity times 0 is NaN; a factor may broadcast.
        ["plus zero"] = (x => x + 0.0, "Add"),
        ["zero plus"] = (x => 0.0 + x, "Add"),
        ["minus minus zero"] = (x => x - -0.0, "Subtract"),
        ["zero minus"] = (x => 0.0 - x, "Subtract"),
        ["times zero"] = (x => x * 0.0, "Multiply"),
        ["minus itself"] = (x => x - x, "Subtract"),
        ["by itself"] = (x => x / x, "Divide"),
        ["one by"] = (x => 1.0 / x, "Divide"),
        ["times a one that broadcasts"] = (x => x * Tensor.Ones([1, 1, 1]), "Multiply"),
        ["minus a zero that broadcasts"] = (x => x - Tensor.Zeros([1, 1, 1]), "Subtract"),
        ["times many ones"] = (x => x * Tensor.Ones([2, 3]), "Multiply"),
        ["a slice with a step"] = (x => x.Flip(0), "Slice"),
        ["a part"] = (x => x.Slice(0, 1), "Slice"),
        ["a broadcast that adds"] = (x => x.BroadcastTo([1, 2, 3]), "BroadcastTo"),
        ["concatenation of two"] = (x => Tensor.Concatenate([x, x]), "Concatenate"),
        ["relu twice"] = (x => x.Relu().Relu(), "Relu Relu"),
        ["sum of more"] = (x => x.Sum(0), "Sum"),
        ["there and back through less"] = (x => x.Cast(DType.Int32).Cast(DType.Float32), "Cast Cast"),
    };

    public static TheoryData<string> Names => [.. Rules.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_rule_takes_away_what_changes_nothing_and_keeps_every_bit(string name)
    {
        (Func<Tensor, Tensor> function, string left) = Rules[name];
        Graph graph = Simplification.Run(Graphs.Of(function, 2, 3));
        Assert.Equal(left, graph.Names());
        Tensor x = Tensor.From([-0f, 0, 1.5f, float.NaN, float.PositiveInfinity, float.NegativeInfinity], [2, 3]);
        Bits.Equal(function(x), graph.Run(x)[0], name);
    }

    [Fact]
    public void Sums_of_whole_numbers_and_of_nothing_stay()
    {
        Assert.Equal("Sum", Simplification.Run(Graphs.Of(x => x.Sum(0), 0, 3)).Names());
        Bits.Equal(Tensor.Zeros([3]), Simplification.Run(Graphs.Of(x => x.Sum(0), 0, 3)).Run(Tensor.Zeros([0, 3]))[0], "sum of nothing");
    }

    [Fact]
    public void One_and_zero_are_known_in_every_type()
    {
        foreach (DType type in new[] { DType.Float64, DType.Int32, DType.Int64, DType.UInt8 })
        {
            Graph graph = Simplification.Run(Tracer.Trace([new TensorSpec([2], type)], inputs => [((inputs[0] * 1) - 0)]));
            Assert.Equal("", graph.Names());
        }
    }
}
