using Laminet.Losses;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Zoo.Tasks;

/// <content>The compiled steps.</content>
public sealed partial class DeepQLearning
{
    private readonly Huber huber = new();
    private CompiledFunction? act, learn, follow;
    private (Variable Fast, Variable Slow)[] targets = [];
    private int[] places = [];
    private float[] batch = [], weights = [], errors = [];

    /// <summary>What the network is to learn: r + discount * future, and r alone where the next state is terminal. That an episode was truncated does not count.</summary>
    /// <param name="reward">(batch).</param>
    /// <param name="terminated">(batch), 1 where the next state is terminal, else 0.</param>
    /// <param name="future">(batch), what the next state is worth.</param>
    /// <param name="discount">What a reward is worth a step later.</param>
    internal static Tensor Goal(Tensor reward, Tensor terminated, Tensor future, double discount) => reward + (discount * (1 - terminated) * future);

    // The network with the slow weights in their place: any model will do, and none has to be copied.
    private Tensor Target(Tensor observations)
    {
        using StateScope slow = new([.. targets.Select(pair => (pair.Fast, pair.Slow.Value))]);
        return Network.Call(observations);
    }

    // The slow weights become those of the network.
    private void Copy()
    {
        foreach ((Variable fast, Variable slow) in targets)
            slow.Assign(fast.Value);
    }

    private void Prepare()
    {
        if (act is not null)
            return;
        (Shape shape, int actions) = (environment.ObservationSpace.Shape, environment.ActionSpace.Count);
        Tensor outputs = Network.Call(Tensor.Zeros([1, .. shape]));
        if (outputs.Shape != new Shape(1, actions))
            throw new ShapeException($"{nameof(DeepQLearning)}: the network gives {outputs.Shape} for one observation; expected (1, {actions}), a number for each action of {environment.GetType().Name}. End it with new Dense({actions}).");
        targets = [.. Network.Weights.Select(weight => (weight, new Variable(weight.Value, weight.Name, trainable: false)))];
        (places, batch, weights, errors) = (new int[BatchSize], new float[BatchSize * Memory.RowSize], new float[BatchSize], new float[BatchSize]);
        learn = Function.Compile(inputs => [Learned(inputs[0], inputs[1])], "q_update");
        follow = Function.Compile(_ =>
        {
            foreach ((Variable fast, Variable slow) in targets)
                slow.Assign(TargetRate == 1 ? fast.Value : slow.Value + (TargetRate * (fast.Value - slow.Value)));
            return [];
        }, "q_target");
        act = Function.Compile(inputs => [Network.Call(inputs[0]).ArgMax().Cast(DType.Int32)], "q_act");
    }

    // From rows of the memory to how wrong the network was about each.
    private Tensor Learned(Tensor rows, Tensor importance)
    {
        int size = Memory.ObservationSize;
        Shape observations = [BatchSize, .. environment.ObservationSpace.Shape];
        Tensor state = rows.Slice(0, size, axis: 1).Reshape(observations), next = rows.Slice(size + 3, (2 * size) + 3, axis: 1).Reshape(observations);
        Tensor action = rows.Slice(size, size + 1, axis: 1).Cast(DType.Int32), reward = Column(size + 1), terminated = Column(size + 2);
        Tensor ofNext = Target(next);
        Tensor future = Double ? ofNext.TakeAlong(Network.Call(next).ArgMax().ExpandDims(-1)).Squeeze(-1) : ofNext.Max(-1);
        Tensor goal = Goal(reward, terminated, future, Discount).Detach(), error = goal;
        (_, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(() =>
        {
            Tensor chosen = Network.Call(state, training: true).TakeAlong(action).Squeeze(-1);
            error = (goal - chosen).Detach();
            return huber.Call(goal, chosen, importance);
        }, Network.TrainableWeights);
        Optimizer.Apply(gradients, Network.TrainableWeights);
        return error;

        Tensor Column(int place) => rows.Slice(place, place + 1, axis: 1).Squeeze(-1);
    }

    private void Update()
    {
        double correction = PriorityCorrection + ((1 - PriorityCorrection) * Math.Min(1, (double)Steps / PriorityCorrectionSteps));
        Memory.Sample(Key(OfReplay).Fold((ulong)Updates), correction, places, batch, weights);
        learn!.CallInto<float>(errors, Tensor.From(batch, [BatchSize, Memory.RowSize]), Tensor.From(weights, [BatchSize]));
        if (!float.IsFinite(TensorPrimitives.Sum<float>(errors)))
            throw new InvalidOperationException($"{nameof(DeepQLearning)}: at step {Steps} an error is not a finite number: the network has diverged. Lower the learning rate, or the target rate.");
        Memory.SetErrors(places, errors);
        if (++Updates % TargetEvery == 0)
            follow!.Call();
    }
}
