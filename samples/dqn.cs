#:project ../src/Laminet/Laminet.csproj
// Deep Q-learning balances a pole on a cart, with a target network that follows slowly.  dotnet run -c Release samples/dqn.cs
// (Mnih et al., "Human-level control through deep reinforcement learning", Nature 2015; the cart of Barto, Sutton and Anderson, 1983.)
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;
using Laminet.Training;

int episodes = args.Length > 0 ? int.Parse(args[0]) : 400;
const int BatchSize = 64, Warm = 500;
Sequential Network() => new(seed: 1, new Input([4]), new Dense(64, "relu"), new Dense(64, "relu"), new Dense(2));
Sequential q = Network(), target = Network();
var optimizer = new Adam(1e-3);

CompiledFunction act = Function.Compile(inputs => [q.Call(inputs["state"]).ArgMax()]);
CompiledFunction learn = Function.Compile(b =>
{
    // Which action is best says q, how good it is the target: else chance makes actions look better than they are (van Hasselt et al., 2016).
    Tensor best = target.Call(b["next"]).TakeAlong(q.Call(b["next"]).ArgMax().ExpandDims(-1)).Squeeze(-1);
    Tensor goal = (b["reward"] + (0.99 * best * (1 - b["done"]))).Detach();
    (Tensor loss, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(() =>
    {
        Tensor chosen = q.Call(b["state"], training: true).TakeAlong(b["action"].ExpandDims(-1)).Squeeze(-1);
        return new Huber().Call(goal, chosen);
    }, q.TrainableWeights);
    optimizer.Apply(gradients, q.TrainableWeights);
    // Reads the weights the optimizer has just made.
    foreach ((Variable slow, Variable fast) in target.Weights.Zip(q.Weights))
        slow.Assign(slow.Value + (0.005 * (fast.Value - slow.Value)));
    return [loss];
});

Random random = new(2);
List<(float[] State, int Action, float Reward, float[] Next, float Done)> memory = [];
Queue<int> lengths = new();
for (int episode = 1; episode <= episodes; episode++)
{
    float[] state = [.. Enumerable.Range(0, 4).Select(_ => (random.NextSingle() * 0.1f) - 0.05f)];
    int steps = 0;
    for (bool isOver = false; !isOver && steps < 200; steps++)
    {
        bool explores = memory.Count < Warm || random.NextDouble() < Math.Max(0.02, 1 - (episode / 60.0));
        int action = explores ? random.Next(2) : Best(state);
        (float[] next, isOver) = Cart.Move(state, action);
        memory.Add((state, action, 1, next, isOver ? 1 : 0));
        state = next;
        if (memory.Count < Warm)
            continue;
        var batch = random.GetItems(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(memory), BatchSize);
        learn.Call(new()
        {
            ["state"] = Tensor.From([.. batch.SelectMany(move => move.State)], [BatchSize, 4]),
            ["action"] = Tensor.From([.. batch.Select(move => move.Action)]),
            ["reward"] = Tensor.From([.. batch.Select(move => move.Reward)]),
            ["next"] = Tensor.From([.. batch.SelectMany(move => move.Next)], [BatchSize, 4]),
            ["done"] = Tensor.From([.. batch.Select(move => move.Done)]),
        });
    }

    lengths.Enqueue(steps);
    if (lengths.Count > 20)
        lengths.Dequeue();
    if (episode % 10 > 0)
        continue;
    Console.WriteLine($"episode {episode}: balanced for {lengths.Average():F0} of 200 steps on average");
    if (WithoutExploring(firstStart: 1000) >= 195)
        break;
}

Console.WriteLine($"without exploring, from new starts: {WithoutExploring(firstStart: 2000):F0} of 200 steps");

double WithoutExploring(int firstStart) => Enumerable.Range(firstStart, 20).Average(start => Cart.Balance(Best, new Random(start)));

int Best(float[] state) => act.Call(new() { ["state"] = Tensor.From(state, [1, 4]) }).Only.ToArray<int>()[0];

/// <summary>A pole on a cart that is pushed left or right, 50 times a second; over when it leans by 12 degrees or the cart is 2.4 m away.</summary>
internal static class Cart
{
    public static (float[] State, bool IsOver) Move(float[] state, int action)
    {
        const double gravity = 9.8, pole = 0.1, total = 1.1, half = 0.5, seconds = 0.02;
        double force = action == 1 ? 10 : -10, sine = Math.Sin(state[2]), cosine = Math.Cos(state[2]);
        double push = (force + (pole * half * state[3] * state[3] * sine)) / total;
        double lean = ((gravity * sine) - (cosine * push)) / (half * ((4.0 / 3) - (pole * cosine * cosine / total)));
        double pull = push - (pole * half * lean * cosine / total);
        float[] next =
        [
            (float)(state[0] + (seconds * state[1])), (float)(state[1] + (seconds * pull)),
            (float)(state[2] + (seconds * state[3])), (float)(state[3] + (seconds * lean)),
        ];
        return (next, Math.Abs(next[0]) > 2.4 || Math.Abs(next[2]) > 12 * Math.PI / 180);
    }

    public static int Balance(Func<float[], int> act, Random random)
    {
        float[] state = [.. Enumerable.Range(0, 4).Select(_ => (random.NextSingle() * 0.1f) - 0.05f)];
        int steps = 0;
        for (bool isOver = false; !isOver && steps < 200; steps++)
            (state, isOver) = Move(state, act(state));
        return steps;
    }
}
