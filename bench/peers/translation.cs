#:project ../../src/Laminet.Zoo/Laminet.Zoo.csproj
#:package TorchSharp-cpu@0.107.0
#:property PublishAot=false
#:property ManagePackageVersionsCentrally=false
#:property TreatWarningsAsErrors=false
#:property EnforceCodeStyleInBuild=false
#:property AnalysisLevel=none
// A training step of the transformer of samples/translate.cs, in Laminet and in TorchSharp, in alternation: 64 pairs of 32 tokens, 6,000 tokens, 3 blocks on each side.  LAMINET_THREADS=2 dotnet run -c Release bench/peers/translation.cs
// Arguments: how often each runs (30).
using System.Diagnostics;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Tensor = Laminet.Tensors.Tensor;
using Transformer = Laminet.Zoo.Language.Transformer;

const int Pairs = 64, Length = 32, Vocabulary = 6000, Units = 256, Layers = 3, Heads = 4, Between = 512;
const double Rate = 0.15;
int rounds = args.Length > 0 ? int.Parse(args[0]) : 30;
Random random = new(1);
int[] source = Tokens(), target = Tokens(), labels = Tokens();

Model model = new Transformer(Vocabulary, Units, Layers, Heads, Between, Rate, normalizeFirst: true).ToModel(seed: 1);
model.Compile(new Laminet.Optimizers.Adam(1e-3, beta2: 0.98) { GlobalClipNorm = 1 }, new SparseCategoricalCrossentropy(fromLogits: true, labelSmoothing: 0.1));
Bundle<Tensor> inputs = new() { ["source"] = Rows(source), ["target"] = Rows(target) };
Bundle<Tensor> expected = [Rows(labels)];

set_num_threads(Engine.Threads);
manual_seed(1);
Peer peer = new(Vocabulary, Units, Layers, Heads, Between, Rate, Length);
var optimizer = optim.Adam(peer.parameters(), lr: 1e-3, beta2: 0.98);
torch.Tensor read = Numbers(source).reshape(Pairs, Length), write = Numbers(target).reshape(Pairs, Length), truth = Numbers(labels);
Console.WriteLine($"{model.TrainableWeights.Sum(weight => weight.Shape.LongCount)} and {peer.parameters().Sum(weight => weight.numel())} parameters");

List<double> ours = [], rival = [];
for (int round = -5; round < rounds; round++)
{
    // The first step of each turn meets the other's caches and threads; it is not counted.
    Ours();
    double mine = Milliseconds(() => Ours());
    Rival();
    double other = Milliseconds(() => Rival());
    if (round < 0)
        continue;
    ours.Add(mine);
    rival.Add(other);
}

(double Best, double Median) laminet = Of(ours), torchSharp = Of(rival);
Console.WriteLine($"{Engine.Threads} threads: Laminet {laminet.Median:F1} ms (best {laminet.Best:F1}), TorchSharp {torchSharp.Median:F1} ms (best {torchSharp.Best:F1}); ratio of medians {laminet.Median / torchSharp.Median:F2}, of bests {laminet.Best / torchSharp.Best:F2}");

int[] Tokens() => [.. Enumerable.Range(0, Pairs * Length).Select(_ => random.Next(1, Vocabulary))];

static Tensor Rows(int[] tokens) => Tensor.From(tokens, [Pairs, Length]);

static torch.Tensor Numbers(int[] tokens) => tensor([.. tokens.Select(token => (long)token)], [tokens.Length]);

double Ours() => model.TrainOnBatch(inputs, expected)["loss"];

float Rival()
{
    using var scope = NewDisposeScope();
    optimizer.zero_grad();
    torch.Tensor loss = functional.cross_entropy(peer.call(read, write).flatten(0, 1), truth, label_smoothing: 0.1);
    loss.backward();
    torch.nn.utils.clip_grad_norm_(peer.parameters(), 1);
    optimizer.step();
    return loss.item<float>();
}

static double Milliseconds(Action run)
{
    long start = Stopwatch.GetTimestamp();
    run();
    return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
}

static (double Best, double Median) Of(List<double> times) => (times.Min(), times.Order().ElementAt(times.Count / 2));

sealed class Peer : Module<torch.Tensor, torch.Tensor, torch.Tensor>
{
    private readonly TorchSharp.Modules.Embedding table;
    private readonly ModuleList<Block> encoder, decoder;
    private readonly LayerNorm lastRead, lastWritten;
    private readonly torch.Tensor waves;
    private readonly double rate;
    private readonly long units;

    public Peer(long vocabulary, long units, int layers, long heads, long between, double rate, long length) : base("peer")
    {
        (this.units, this.rate, table) = (units, rate, Embedding(vocabulary, units));
        encoder = ModuleList([.. Enumerable.Range(0, layers).Select(_ => new Block(units, heads, between, rate, isDecoder: false))]);
        decoder = ModuleList([.. Enumerable.Range(0, layers).Select(_ => new Block(units, heads, between, rate, isDecoder: true))]);
        (lastRead, lastWritten) = (LayerNorm(units), LayerNorm(units));
        torch.Tensor angles = arange(length, ScalarType.Float32).unsqueeze(1) * exp(arange(0, units, 2, ScalarType.Float32) * (-Math.Log(10000) / units));
        waves = stack([angles.sin(), angles.cos()], -1).flatten(1);
        RegisterComponents();
    }

    public override torch.Tensor forward(torch.Tensor source, torch.Tensor target)
    {
        torch.Tensor memory = Embedded(source), h = Embedded(target);
        foreach (Block block in encoder)
            memory = block.call(memory, null);
        memory = lastRead.call(memory);
        foreach (Block block in decoder)
            h = block.call(h, memory);
        return functional.linear(lastWritten.call(h), table.weight!);
    }

    private torch.Tensor Embedded(torch.Tensor tokens) => functional.dropout(table.call(tokens) * Math.Sqrt(units) + waves, rate, training: true);
}

sealed class Block : Module<torch.Tensor, torch.Tensor?, torch.Tensor>
{
    private readonly long heads;
    private readonly double rate;
    private readonly LayerNorm first, second;
    private readonly LayerNorm? third;
    private readonly TorchSharp.Modules.Linear own, ownOut, up, down;
    private readonly TorchSharp.Modules.Linear? query, keyValue, otherOut;

    public Block(long units, long heads, long between, double rate, bool isDecoder) : base("block")
    {
        (this.heads, this.rate, first, second) = (heads, rate, LayerNorm(units), LayerNorm(units));
        (own, ownOut, up, down) = (Linear(units, 3 * units), Linear(units, units), Linear(units, between), Linear(between, units));
        if (isDecoder)
            (third, query, keyValue, otherOut) = (LayerNorm(units), Linear(units, units), Linear(units, 2 * units), Linear(units, units));
        RegisterComponents();
    }

    public override torch.Tensor forward(torch.Tensor x, torch.Tensor? memory)
    {
        torch.Tensor[] parts = own.call(first.call(x)).chunk(3, -1);
        x = x + Drop(ownOut.call(Attend(parts[0], parts[1], parts[2], memory is not null)));
        if (memory is not null)
        {
            torch.Tensor[] looked = keyValue!.call(memory).chunk(2, -1);
            x = x + Drop(otherOut!.call(Attend(query!.call(third!.call(x)), looked[0], looked[1], causal: false)));
        }

        return x + Drop(down.call(functional.relu(up.call(second.call(x)))));
    }

    private torch.Tensor Drop(torch.Tensor x) => functional.dropout(x, rate, training: true);

    private torch.Tensor Attend(torch.Tensor q, torch.Tensor k, torch.Tensor v, bool causal)
    {
        torch.Tensor Split(torch.Tensor x) => x.view(x.shape[0], x.shape[1], heads, -1).transpose(1, 2);
        return functional.scaled_dot_product_attention(Split(q), Split(k), Split(v), p: rate, is_casual: causal).transpose(1, 2).flatten(2);
    }
}
