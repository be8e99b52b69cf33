using Laminet.Bench.Data;
using Laminet.Bench.Kernels;
using Laminet.Bench.Steps;

switch (args.FirstOrDefault())
{
    case "kernels":
        return KernelBench.Run(args[1..]);
    case "steps":
        return StepBench.Run(args[1..]);
    case "data":
        return BatchBench.Run();
    default:
        Console.Error.WriteLine("Usage: dotnet run -c Release --project bench -- kernels [--threads N] [--filter NAME] | steps [NAME ...] [--threads N] [--seconds S] | data");
        return 2;
}
