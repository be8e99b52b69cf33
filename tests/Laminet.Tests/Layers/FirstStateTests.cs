using Laminet.Initializers;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;

namespace Laminet.Tests.Layers;

/// <summary>Cells whose first states are not zeros.</summary>
public class FirstStateTests
{
    // Each step adds the input to the state and gives the sum: from 5 on it is 6, 8, 11.
    [Fact]
    public void A_cell_begins_with_its_own_states_alone_in_a_loop_and_stacked()
    {
        Tensor x = Tensor.From(new float[] { 1, 2, 3 }, [1, 3, 1]);
        Assert.Equal([6, 8, 11], new RNN(new From(5), returnSequences: true).Call(x).ToArray<float>());
        Assert.Equal([6], new From(5).Call([x.At(0, axis: 1)])[0].ToArray<float>());
        // The second cell adds up what the first gives: 10 + 6 = 16, + 8 = 24, + 11 = 35.
        Assert.Equal([16, 24, 35], new RNN(new StackedRNNCells(new From(5), new From(10)), returnSequences: true).Call(x).ToArray<float>());
        // States that are given come before the cell's own.
        Assert.Equal([1, 3, 6], new RNN(new From(5), returnSequences: true).Call([x, Tensor.Zeros([1, 1])])[0].ToArray<float>());
    }

    [Fact]
    public void A_stateful_layer_begins_with_them_and_goes_back_to_them()
    {
        Tensor x = Tensor.From(new float[] { 1, 2 }, [1, 2, 1]);
        RNN layer = new(new From(5), stateful: true);
        Assert.Equal([8], layer.Call(x).ToArray<float>());
        Assert.Equal([11], layer.Call(x).ToArray<float>());
        layer.ResetStates();
        Assert.Equal([8], layer.Call(x).ToArray<float>());
    }

    // The state is there once in each of the three outputs.
    [Fact]
    public void First_states_are_learned()
    {
        RNN layer = new(new From(5), returnSequences: true);
        layer.Call(Tensor.Ones([2, 3, 1]));
        Tensor gradient = Gradient.ValueAndGradients(() => layer.Call(Tensor.Ones([2, 3, 1])).Sum(), layer.Weights).Gradients.Single();
        Assert.Equal([6], gradient.ToArray<float>());
    }

    private sealed class From(double first) : RecurrentCell
    {
        private Variable? start;

        public override IReadOnlyList<Shape> StateShapes(Shape step) => [[1]];

        public override Bundle<Tensor> InitialStates(Shape step) => start!.Value.BroadcastTo([step[0], 1]);

        protected override void Build(Shape input) => start = AddWeight("start", [1], new Constant(first));

        protected override (Tensor Output, Bundle<Tensor> States) Step(Tensor input, Bundle<Tensor> states, CallContext context)
        {
            Tensor sum = states[0] + input;
            return (sum, sum);
        }
    }
}
