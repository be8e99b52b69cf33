using System.Globalization;
using Laminet.KillTest;

// dotnet run -c Release --project tests/Laminet.KillTest -- --kills 50 [--seed 1]
//   trains once without interruption and 50 times killed at random moments; prints how many end in the same bits.
// dotnet Laminet.KillTest.dll worker <directory>
//   the training that is killed: prints the digest of what it ended in.
switch (args)
{
    case ["worker", string directory]:
        Console.WriteLine(Worker.Run(directory));
        return 0;
    case ["--kills", string count]:
        return KillDriver.Run(Number(count), seed: 1, Console.Out) ? 0 : 1;
    case ["--kills", string count, "--seed", string seed]:
        return KillDriver.Run(Number(count), Number(seed), Console.Out) ? 0 : 1;
    default:
        Console.Error.WriteLine("Received other arguments than --kills <number> [--seed <number>].");
        return 2;
}

static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
