using Laminet.Bench.Data;
using Laminet.Bench.Kernels;

switch (args.FirstOrDefault())
{
    case "kernels":
        return KernelBench.Run(args[1..]);
    case "data":
        return BatchBench.Run();
    default:
        Console.Error.WriteLine("Usage: dotnet run -c Release --project bench -- kernels [--threads N] [--filter NAME] | data");
        return 2;
}
