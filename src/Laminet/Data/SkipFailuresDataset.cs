namespace Laminet.Data;

/// <summary>The examples that can be made. Each is read by itself, so that a failure does not affect its neighbours. Skipped examples are read too, because they may be failures, which do not count.</summary>
internal sealed class SkipFailuresDataset<TFailure>(OrderedDataset upstream, Action<DatasetException>? report, int? parallelism) : Dataset where TFailure : Exception
{
    // Not known before everything is read.
    public override int? Count => null;

    protected override IEnumerable<Batch> Enumerate(int epoch, int skip)
    {
        ExampleOrder order = upstream.Order(epoch);
        DatasetException? last = null;
        bool any = false;
        foreach ((Batch? example, DatasetException? failure) in OrderedParallel.Select(Enumerable.Range(0, order.Count), position => Try(order, position), parallelism ?? order.Parallelism))
        {
            if (failure is not null)
            {
                last = failure;
                report?.Invoke(failure);
                continue;
            }

            any = true;
            if (skip > 0)
                skip--;
            else
                yield return example!;
        }

        // Otherwise training would run without examples, and no error would tell.
        if (!any && last is not null)
            throw new DatasetException($"Each of the {order.Count} examples failed; the last: {last.Message}", last);
    }

    private static (Batch? Example, DatasetException? Failure) Try(ExampleOrder order, int position)
    {
        try
        {
            return (order.Read(position), null);
        }
        catch (DatasetException exception) when (exception.InnerException is TFailure)
        {
            return (null, exception);
        }
    }
}
