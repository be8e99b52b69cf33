#:package TorchSharp-cpu@0.107.0
#:property PublishAot=false
#:property ManagePackageVersionsCentrally=false
#:property TreatWarningsAsErrors=false
#:property EnforceCodeStyleInBuild=false
#:property AnalysisLevel=none
// A training step of a neural Turing machine in TorchSharp: the same network, batches and loss as `turing` of the bench.  dotnet run -c Release bench/peers/ntm.cs
// Arguments: threads (2); seconds for each batch size (4). Addressing is written as pytorch-ntm has it, with all heads at once, which is faster.
using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

int threads = args.Length > 0 ? int.Parse(args[0]) : 2;
double seconds = args.Length > 1 ? double.Parse(args[1]) : 4;
const int Bits = 8, Inputs = Bits + 1, Units = 100, Slots = 128, Width = 20, Heads = 2, Length = 10, Told = (Heads * (Width + 6)) + (2 * Width);
set_num_threads(threads);
manual_seed(1);
var (controller, heads, last) = (nn.LSTMCell(Inputs + Width, Units), nn.Linear(Units, Told), nn.Linear(Units + Width, Bits));
var (firstRead, firstWeightings) = (new TorchSharp.Modules.Parameter(randn(1, Width)), new TorchSharp.Modules.Parameter(zeros(1, Heads, Slots)));
using (no_grad())
    firstWeightings[.., .., 0] = 10;
TorchSharp.Modules.Parameter[] parameters = [.. controller.parameters(), .. heads.parameters(), .. last.parameters(), firstRead, firstWeightings];
var optimizer = optim.Adam(parameters, 1e-3);

foreach (int batch in (int[])[1, 16, 32])
{
    Tensor vectors = randint(0, 2, [batch, Length, Bits]).to(ScalarType.Float32);
    Tensor inputs = cat([nn.functional.pad(vectors, [0, 1]), nn.functional.one_hot(full([batch, 1], Bits, ScalarType.Int64), Inputs).to(ScalarType.Float32), zeros(batch, Length, Inputs)], 1);
    Repeat(seconds / 2, 2);
    List<double> times = Repeat(seconds, 3);
    times.Sort();
    Console.WriteLine(FormattableString.Invariant($"TorchSharp, copy of {Length} vectors, batch {batch,2}: median {times[times.Count / 2],7:F2} ms, best {times[0],7:F2} ms of {times.Count}; {threads} threads"));

    List<double> Repeat(double atLeast, int least)
    {
        List<double> all = [];
        Stopwatch clock = Stopwatch.StartNew();
        while (clock.Elapsed.TotalSeconds < atLeast || all.Count < least)
        {
            long start = Stopwatch.GetTimestamp();
            using (NewDisposeScope())
                Step(inputs, vectors);
            all.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return all;
    }
}

void Step(Tensor inputs, Tensor answers)
{
    long batch = inputs.shape[0];
    Tensor h = zeros(batch, Units), c = zeros(batch, Units), read = firstRead.tanh().expand(batch, Width);
    Tensor weightings = firstWeightings.softmax(-1).expand(batch, Heads, Slots), memory = full([batch, Slots, Width], 1e-6f);
    List<Tensor> outputs = [];
    for (int step = 0; step < inputs.shape[1]; step++)
    {
        (h, c) = controller.call(cat([inputs[.., step], read], 1), (h, c));
        Tensor[] told = heads.call(h).split([Heads * Width, Heads, Heads, Heads, Heads * 3, Width, Width], 1);
        Tensor key = told[0].tanh().view(batch, Heads, Width), shifts = told[4].view(batch, Heads, 3).softmax(-1);
        Tensor strength = nn.functional.softplus(told[1]).unsqueeze(-1), gate = told[2].sigmoid().unsqueeze(-1), sharpness = 1 + nn.functional.softplus(told[3]).unsqueeze(-1);
        Tensor likeness = key.matmul(memory.transpose(1, 2)) * ((key.square().sum(-1, keepdim: true) * memory.square().sum(-1).unsqueeze(1)) + 1e-16).rsqrt();
        Tensor mixed = (gate * (strength * likeness).softmax(-1)) + ((1 - gate) * weightings);
        Tensor moved = (shifts[.., .., ..1] * mixed.roll(-1, -1)) + (shifts[.., .., 1..2] * mixed) + (shifts[.., .., 2..] * mixed.roll(1, -1));
        weightings = (sharpness * (moved + 1e-16).log()).softmax(-1);
        read = weightings[.., ..1].matmul(memory).squeeze(1);
        Tensor writing = weightings[.., 1].unsqueeze(-1);
        memory = (memory * (1 - (writing * told[5].sigmoid().unsqueeze(1)))) + (writing * told[6].tanh().unsqueeze(1));
        if (step > Length)
            outputs.Add(cat([h, read], 1));
    }

    Tensor loss = nn.functional.binary_cross_entropy_with_logits(last.call(stack([.. outputs], 1)), answers);
    optimizer.zero_grad();
    loss.backward();
    nn.utils.clip_grad_norm_(parameters, 1);
    optimizer.step();
}
