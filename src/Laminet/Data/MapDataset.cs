using Laminet.Tensors;

namespace Laminet.Data;

/// <summary>Applies a function to every element, with a key that depends on epoch and position alone.</summary>
internal sealed class MapDataset(Dataset upstream, Func<Batch, RandomKey, Batch> function, RandomKey key, int parallelism)
    : DerivedDataset(upstream)
{
    protected override IEnumerable<Batch> Enumerate(int epoch, int skip)
    {
        RandomKey epochKey = key.Fold((ulong)epoch);
        return OrderedParallel.Select(Upstream.Batches(epoch, skip).Select((batch, i) => (batch, skip + i)), Apply, parallelism);

        Batch Apply((Batch Batch, int Position) element)
        {
            try
            {
                return function(element.Batch, epochKey.Fold((ulong)element.Position))
                    ?? throw new InvalidOperationException("the function returned null; it must return a batch.");
            }
            catch (Exception exception)
            {
                throw new DatasetException($"Map failed at element {element.Position} of epoch {epoch}: {exception.Message}", exception);
            }
        }
    }
}
