using Laminet.OpInfo;

// Compares with what eng/opinfo.py wrote into a folder, of all operators or of those named. The exit code is 0 if the list of explained operators is exact.
if (args.Length == 0)
{
    Console.Error.WriteLine("usage: dotnet run --project tests/Laminet.OpInfo -c Release -- FOLDER [NAME...]   (FOLDER: what eng/opinfo.py wrote)");
    return 2;
}
if (!Directory.Exists(args[0]))
{
    Console.Error.WriteLine($"error: received the folder {args[0]}, which is not there; expected one that eng/opinfo.py wrote.");
    return 2;
}
var tallies = new List<Tally>();
DType type = DType.Float32;
foreach (string file in Directory.EnumerateFiles(args[0], "*.jsonl").Order(StringComparer.Ordinal))
{
    string name = Path.GetFileNameWithoutExtension(file).Replace("__", "/", StringComparison.Ordinal);
    name = name.StartsWith('/') ? "__" + name[1..^1] + "__" : name;
    if (args.Length > 1 && !args.Skip(1).Contains(name) && !args.Skip(1).Contains(name.Split('/')[0]))
        continue;
    string[] lines = File.ReadAllLines(file);
    if (lines.Length > 0)
        type = Sample.Read(lines[0]).Absolute < 1e-6 ? DType.Float64 : type;
    IReadOnlyList<Tally> found = Tally.Of(lines);
    tallies.AddRange(found);
    foreach (Tally tally in found)
        Console.WriteLine(tally.ToLine());
}
if (tallies.Count == 0)
{
    Console.Error.WriteLine($"error: {args[0]} has no samples{(args.Length > 1 ? $" of {string.Join(", ", args.Skip(1))}" : "")}; expected files NAME.jsonl, by eng/opinfo.py, and names of PyTorch's operators.");
    return 2;
}
string[] wrong = [.. Tally.Wrong(tallies, Explained.Read(), type)];
foreach (string line in wrong)
    Console.WriteLine(line);
Console.WriteLine($"{tallies.Count} operators, {tallies.Count(tally => tally.HasCounterpart)} with a counterpart, {tallies.Count(tally => tally.Passes)} pass forward and backward on {tallies.Sum(tally => tally.Passed)} of {tallies.Sum(tally => tally.Samples)} samples; of those that pass {tallies.Count(tally => tally.Passes && tally.Random)} have random outputs; {wrong.Length} entries of the list are wrong");
return wrong.Length == 0 ? 0 : 1;
