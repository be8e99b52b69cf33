#:project ../src/Laminet.Plots/Laminet.Plots.csproj
#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
// Deep Q-learning balances a pole, swings up two links, drives a car out of a valley, or finds the way through a labyrinth.  dotnet run -c Release samples/dqn.cs
// Arguments: cartpole, acrobot, mountaincar or labyrinth; the seed; the folder of the picture.
using System.Diagnostics;
using Laminet.Optimizers;
using Laminet.Plots;
using Laminet.Tensors;
using Laminet.Zoo.Environments;
using Laminet.Zoo.Tasks;

string name = args.Length > 0 ? args[0] : "cartpole";
ulong seed = args.Length > 1 ? ulong.Parse(args[1]) : 1;
string folder = Path.GetFullPath(args.Length > 2 ? args[2] : "dqn");
string[] map = ["S..#....", ".#...##.", ".####...", "......#.", ".##.#.#.", "...#...G"];
// Products of a network this small are too little work to share.
Engine.Threads = 1;

// What counts as solved, and after how many steps it stops at the latest.
(Func<Env> create, double solved, int most) = name switch
{
    "cartpole" => ((Func<Env>)(() => new CartPole()), 475.0, 400_000),
    "acrobot" => (() => new Acrobot(), -100, 200_000),
    "mountaincar" => (() => new MountainCar(), -110, 400_000),
    "labyrinth" => (() => new GridWorld(map), -20, 20_000),
    _ => throw new ArgumentException($"Received the environment {name}; expected cartpole, acrobot, mountaincar or labyrinth."),
};
DeepQLearning agent = name switch
{
    "cartpole" => new(create()) { Seed = seed, ExplorationSteps = 3000, ExplorationEnd = 0.02 },
    "acrobot" => new(create()) { Seed = seed, ExplorationSteps = 12_000, ExplorationEnd = 0.1 },
    "mountaincar" => new(create()) { Seed = seed, ExplorationSteps = 24_000, ExplorationEnd = 0.07, Discount = 0.98 },
    _ => new(create()) { Seed = seed, ExplorationSteps = 5000, ExplorationEnd = 0.3, Discount = 0.95, LearningStarts = 500, TargetRate = 0.02, Optimizer = new Adam(2e-3) },
};

Stopwatch watch = Stopwatch.StartNew();
List<double> steps = [], means = [];
int part = most / 80, good = 0;
while (agent.Steps < most && good < 2)
{
    agent.Learn(part);
    double mean = agent.Evaluate(create(), episodes: 20, seed: 1000);
    steps.Add(agent.Steps);
    means.Add(mean);
    // Once may be luck: other starts have to be as good.
    good = mean >= solved ? agent.Evaluate(create(), episodes: 50, seed: 2000) >= solved ? good + 1 : 0 : 0;
    Console.WriteLine($"{agent.Steps,7} steps: {agent.Returns.TakeLast(20).DefaultIfEmpty(double.NaN).Average(),7:F1} with {agent.Exploration:P0} random actions, {mean,7:F1} without");
}

double seconds = watch.Elapsed.TotalSeconds;
Console.WriteLine($"{agent.Steps} steps, {agent.Updates} updates, {seconds:F0} s, {agent.Steps / seconds:F0} steps/s with the evaluations");
Console.WriteLine($"without random actions, 100 new starts: mean return {agent.Evaluate(create(), episodes: 100, seed: 3000):F1}");

Directory.CreateDirectory(folder);
Chart.Lines([("without random actions", steps, means)], $"{name}: return of 20 episodes", "steps", "mean return").Save(Path.Combine(folder, $"{name}.svg"));
if (name == "labyrinth")
    Compare(new GridWorld(map));
if (name == "mountaincar")
    DrawValley();
Console.WriteLine($"pictures in {folder}");

// Every greedy step has to be one of those that value iteration finds best.
void Compare(GridWorld world)
{
    double[] values = world.OptimalValues(agent.Discount);
    int[] cells = [.. Enumerable.Range(0, values.Length).Where(cell => values[cell] < 0)];
    int best = cells.Count(cell => world.Move(cell, agent.Act(world.ObservationOf(cell))).Cell is var next && Math.Abs(-1 + (agent.Discount * values[next]) - values[cell]) < 1e-9);
    Console.WriteLine($"best steps by value iteration: {best} of {cells.Length} cells");
    for (int row = 0; row < world.Height; row++)
        Console.WriteLine(string.Concat(map[row].Select((letter, column) => letter is '#' or 'G' ? letter : "^>v<"[agent.Act(world.ObservationOf((row * world.Width) + column))])));
}

// How many steps the network thinks are left, and one way through them.
void DrawValley()
{
    const int Side = 120;
    Tensor x = (Tensor.Range(0, Side, DType.Float32) / (Side - 1) * 1.7) - 1.2, v = (Tensor.Range(0, Side, DType.Float32) / (Side - 1) * 0.14) - 0.07;
    Tensor states = Tensor.Stack([x.BroadcastTo([Side, Side]).Reshape(-1), v.ExpandDims(-1).BroadcastTo([Side, Side]).Reshape(-1)], 1);
    Tensor left = -agent.Network.Predict(states).Max(-1).Reshape(Side, Side);
    MountainCar car = new();
    List<float> way = [.. car.Reset(seed: 5)];
    for (bool isOver = false; !isOver;)
    {
        (float[] next, _, bool terminated, bool truncated) = car.Step(agent.Act(way.TakeLast(2).ToArray()));
        way.AddRange(next);
        isOver = terminated || truncated;
    }

    Chart chart = Chart.Surface(left, (-1.2, 0.5), (-0.07, 0.07), [($"{car.ElapsedSteps} steps", Tensor.From([.. way], [way.Count / 2, 2]))], "steps left, by place and velocity");
    (chart.Width, chart.Height) = (720, 480);
    chart.Save(Path.Combine(folder, "valley.png"));
}
