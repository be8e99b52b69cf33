using Laminet.Data;

namespace Laminet.Tests.Data;

/// <summary>A dataset of a user's own class that does not know its length.</summary>
internal sealed class Uncounted(Dataset upstream, int most) : Dataset
{
    public override int? Count => null;

    protected override IEnumerable<Batch> Enumerate(int epoch, int skip) => upstream.Batches(epoch, skip).Take(Math.Max(0, most - skip));
}

internal static class UncountedTransformation
{
    public static Dataset ForgetCount(this Dataset upstream, int most) => new Uncounted(upstream, most);
}
