using System.Globalization;
using Laminet.KillTest;

// dotnet run -c Release --project tests/Laminet.KillTest -- --kills 50 [--seed 1] [--worker loop]
//   trains once without interruption and 50 times killed at random moments; prints how many end in the same bits.
//   --worker fit, the default: Fit with BackupAndRestore; --worker loop: two networks in a loop of its own with Checkpoint.
// dotnet Laminet.KillTest.dll worker <kind> <directory>
//   the training that is killed: prints the digest of what it ended in.
if (args is ["worker", string name, string directory])
{
    Console.WriteLine(Workers.Run(name, directory));
    return 0;
}

int kills = 0, seed = 1;
string worker = Workers.Fit;
for (int i = 0; i < args.Length; i += 2)
{
    switch (args[i..Math.Min(i + 2, args.Length)])
    {
        case ["--kills", string count]:
            kills = Number(count);
            break;
        case ["--seed", string number]:
            seed = Number(number);
            break;
        case ["--worker", Workers.Fit or Workers.Loop]:
            worker = args[i + 1];
            break;
        default:
            return Refused();
    }
}

return kills == 0 ? Refused() : KillDriver.Run(worker, kills, seed, Console.Out) ? 0 : 1;

static int Refused()
{
    Console.Error.WriteLine($"Received other arguments than --kills <number> [--seed <number>] [--worker {Workers.Fit}|{Workers.Loop}].");
    return 2;
}

static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
