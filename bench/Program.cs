using Laminet.Bench.Kernels;

switch (args.FirstOrDefault())
{
    case "kernels":
        return KernelBench.Run(args[1..]);
    default:
        Console.Error.WriteLine("Usage: dotnet run -c Release --project bench -- kernels [--threads N] [--filter NAME]");
        return 2;
}
