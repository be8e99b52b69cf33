using Laminet.Verification.Activations;
using Laminet.Verification.Constraints;
using Laminet.Verification.Initializers;
using Laminet.Verification.Layers;
using Laminet.Verification.Losses;
using Laminet.Verification.Metrics;
using Laminet.Verification.Operations;
using Laminet.Verification.Optimizers;
using Laminet.Verification.Regularizers;
using Laminet.Verification.Schedules;

namespace Laminet.Verification;

/// <summary>All checks, by family and subject.</summary>
internal static class Checks
{
    private static readonly Lazy<IReadOnlyList<Check>> Table = new(() =>
    [
        .. new IEnumerable<Check>[]
        {
            OperationChecks.All(), BlockChecks.All(), OperationGoldens.All(), LinearAlgebraGoldens.All(), RegionGoldens.All(), SpecialFunctionChecks.All(), CreationCases.All(), RandomChecks.All(), DistributionChecks.All(), ArrayGoldens.All(), SpectrogramGoldens.All(), AttentionGoldens.All(),
            ActivationGoldens.All(), ActivationFormulas.All(), LayerChecks.All(), ConvolutionGoldens.All(), SettingGoldens.All(), LossGoldens.All(), LossGradients.All(), MetricGoldens.All(),
            OptimizerGoldens.All(), OptimizerPaths.All(), OptimizerFormulas.All(), LbfgsGoldens.All(), ScheduleGoldens.All(), InitializerChecks.All(),
            RegularizerChecks.All(), ConstraintGoldens.All(), AttributedChecks.All(),
        }.SelectMany(checks => checks).OrderBy(check => check.Family).ThenBy(check => check.Subject, StringComparer.Ordinal),
    ]);

    public static IReadOnlyList<Check> All => Table.Value;
}
