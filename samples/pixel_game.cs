#:project ../src/Laminet.Plots/Laminet.Plots.csproj
#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
// A small convnet learns a game from its 10 x 10 pixels: a ball, a paddle, a wall of 30 bricks.  dotnet run -c Release samples/pixel_game.cs
// Arguments: how many steps at most; the seed; the file of the animation.
using System.Diagnostics;
using Laminet.Optimizers;
using Laminet.Plots;
using Laminet.Tensors;
using Laminet.Zoo.Environments;
using Laminet.Zoo.Tasks;

int most = args.Length > 0 ? int.Parse(args[0]) : 400_000;
ulong seed = args.Length > 1 ? ulong.Parse(args[1]) : 1;
string picture = Path.GetFullPath(args.Length > 2 ? args[2] : "pixel_game.gif");
DeepQLearning agent = new(new Bricks())
{
    Seed = seed, Dueling = true, PriorityExponent = 0.6, PriorityCorrectionSteps = 200_000, BatchSize = 32, TrainEvery = 2, LearningStarts = 2000, ExplorationSteps = 40_000, ExplorationEnd = 0.01,
    Optimizer = new Adam(3e-4),
};

Stopwatch watch = Stopwatch.StartNew();
double mean = 0;
while (agent.Steps < most && mean < 0.93 * Bricks.BestScore)
{
    agent.Learn(Math.Min(20_000, most - agent.Steps));
    mean = agent.Evaluate(new Bricks(), episodes: 50, seed: 1000);
    Console.WriteLine($"{agent.Steps,7} steps, {watch.Elapsed.TotalSeconds,4:F0} s: {mean:F1} of {Bricks.BestScore} bricks");
}

Console.WriteLine($"100 new games: mean score {agent.Evaluate(new Bricks(), episodes: 100, seed: 2000):F1} of {Bricks.BestScore}");

// A game: paddle green, ball white with a grey trail, bricks red.
Bricks game = new();
float[] pixels = game.Reset(seed: 7);
List<Tensor> frames = [Frame(pixels)];
double score = 0;
for (bool isOver = false; !isOver;)
{
    (pixels, double reward, bool terminated, bool truncated) = game.Step(agent.Act(pixels));
    frames.Add(Frame(pixels));
    (score, isOver) = (score + reward, terminated || truncated);
}

Animation.Save(picture, Tensor.Stack(frames), scale: 12, framesPerSecond: 20);
Console.WriteLine($"a game of {game.ElapsedSteps} steps, score {score}, in {picture}");

static Tensor Frame(float[] pixels)
{
    byte[] colors = new byte[10 * 10 * 3];
    ReadOnlySpan<(int Channel, byte Red, byte Green, byte Blue)> paints = [(3, 200, 60, 50), (2, 90, 90, 90), (0, 60, 180, 90), (1, 255, 255, 255)];
    foreach ((int channel, byte red, byte green, byte blue) in paints)
    {
        for (int place = 0; place < 100; place++)
        {
            if (pixels[(4 * place) + channel] == 1)
                (colors[3 * place], colors[(3 * place) + 1], colors[(3 * place) + 2]) = (red, green, blue);
        }
    }

    return Tensor.From(colors, [10, 10, 3]);
}
