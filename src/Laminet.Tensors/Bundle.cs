using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Laminet.Tensors;

/// <summary>
/// An ordered collection of items, optionally with names: for example the inputs and outputs of a function, or the state of a loop. One item, a
/// tuple of two to four items, a list in brackets (<c>[x, y]</c>) and <c>new() { ["x"] = x, ["y"] = y }</c> all convert to a bundle.
/// </summary>
/// <typeparam name="T">The type of the items, such as <see cref="Tensor"/>.</typeparam>
[CollectionBuilder(typeof(Bundle), nameof(Bundle.Create))]
public sealed class Bundle<T> : IReadOnlyList<T>
{
    private readonly List<T> items;
    private List<string>? names;

    /// <summary>Creates an empty bundle, to be filled by name in an object initializer.</summary>
    public Bundle() => items = [];

    internal Bundle(IEnumerable<T> items, IReadOnlyList<string>? names = null)
    {
        this.items = [.. items];
        this.names = names is null ? null : [.. names];
    }

    /// <summary>How many items there are.</summary>
    public int Count => items.Count;

    /// <summary>The items' names in order; null if they have none.</summary>
    public IReadOnlyList<string>? Names => names;

    /// <summary>The item at an index.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is outside the bundle.</exception>
    public T this[int index] => (uint)index < (uint)items.Count
        ? items[index]
        : throw new ArgumentOutOfRangeException(nameof(index), $"Received place {index}; the bundle has {items.Count} items.");

    /// <summary>The item with a name. In an object initializer, the setter adds an item.</summary>
    /// <exception cref="KeyNotFoundException">There is no item of that name; the message lists those that exist.</exception>
    /// <exception cref="ArgumentException">The bundle already has the name, or has items without names.</exception>
    public T this[string name]
    {
        get => PlaceOf(name) is >= 0 and int place
            ? items[place]
            : throw new KeyNotFoundException($"There is no '{name}'; {(names is null ? $"the bundle has {items.Count} items without names" : $"there are {string.Join(", ", names)}")}.");
        init
        {
            ArgumentNullException.ThrowIfNull(name);
            if (names is null && items.Count > 0)
                throw new ArgumentException($"Received the name '{name}' after {items.Count} items without one. Give all items names, or none.", nameof(name));
            names ??= [];
            if (names.Contains(name))
                throw new ArgumentException($"Received the name '{name}' twice.", nameof(name));
            names.Add(name);
            items.Add(value);
        }
    }

    /// <summary>Converts an item to a bundle of one; null gives null.</summary>
    [return: NotNullIfNotNull(nameof(item))]
    public static implicit operator Bundle<T>?(T? item) => item is null ? null : new([item]);

    /// <summary>Converts an array: an array of items to a bundle of these items; an array of numbers with up to eight axes, jagged or not, to a bundle of one tensor.</summary>
    /// <exception cref="ArgumentException">The array holds neither such items nor such numbers, or its rows differ in length.</exception>
    [return: NotNullIfNotNull(nameof(array))]
    public static implicit operator Bundle<T>?(Array? array) => array switch
    {
        null => null,
        T[] items => new(items),
        _ when typeof(T) == typeof(Tensor) => new([(T)(object)Tensor.FromArray(array)]),
        _ => throw new ArgumentException($"Received an array of {array.GetType().GetElementType()}; expected items of {typeof(T).Name}.", nameof(array)),
    };

    /// <summary>A bundle of the items of a dictionary under its keys.</summary>
    [return: NotNullIfNotNull(nameof(items))]
    public static implicit operator Bundle<T>?(Dictionary<string, T>? items) => items is null ? null : new(items.Values, [.. items.Keys]);

    /// <summary>A bundle of two.</summary>
    public static implicit operator Bundle<T>((T First, T Second) pair) => new([pair.First, pair.Second]);

    /// <summary>A bundle of three.</summary>
    public static implicit operator Bundle<T>((T First, T Second, T Third) triple) => new([triple.First, triple.Second, triple.Third]);

    /// <summary>A bundle of four.</summary>
    public static implicit operator Bundle<T>((T First, T Second, T Third, T Fourth) four) => new([four.First, four.Second, four.Third, four.Fourth]);

    /// <summary>The only item.</summary>
    /// <exception cref="InvalidOperationException">There is not exactly one.</exception>
    public static implicit operator T(Bundle<T> one)
    {
        ArgumentNullException.ThrowIfNull(one);
        return one.Only;
    }

    /// <summary>The only item.</summary>
    /// <exception cref="InvalidOperationException">There is not exactly one.</exception>
    public T Only => items.Count == 1
        ? items[0]
        : throw new InvalidOperationException($"The bundle has {items.Count} items where one is expected. Select one by its index or name.");

    /// <summary>Deconstructs a bundle of two.</summary>
    public void Deconstruct(out T first, out T second)
    {
        Require(2);
        (first, second) = (items[0], items[1]);
    }

    /// <summary>Deconstructs a bundle of three.</summary>
    public void Deconstruct(out T first, out T second, out T third)
    {
        Require(3);
        (first, second, third) = (items[0], items[1], items[2]);
    }

    /// <summary>Deconstructs a bundle of four.</summary>
    public void Deconstruct(out T first, out T second, out T third, out T fourth)
    {
        Require(4);
        (first, second, third, fourth) = (items[0], items[1], items[2], items[3]);
    }

    /// <summary>The index of the item with a name; -1 if there is none.</summary>
    public int PlaceOf(string name) => names?.IndexOf(name) ?? -1;

    /// <summary>Applies a function to each item. The names stay.</summary>
    public Bundle<TResult> Map<TResult>(Func<T, TResult> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return new(items.Select(function), names);
    }

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>For example <c>[x: Float32 (3,), y: Int32 ()]</c>.</summary>
    public override string ToString() => $"[{string.Join(", ", items.Select((item, place) => string.Create(CultureInfo.InvariantCulture,
        $"{(names is null ? "" : names[place] + ": ")}{item}")))}]";

    private void Require(int count)
    {
        if (items.Count != count)
            throw new InvalidOperationException($"The bundle has {items.Count} items; it cannot be deconstructed into {count}.");
    }
}

/// <summary>Creates bundles, also from collection expressions such as <c>[x, y]</c>.</summary>
public static class Bundle
{
    /// <summary>A bundle of items without names.</summary>
    public static Bundle<T> Create<T>(ReadOnlySpan<T> items) => new(items.ToArray());

    /// <summary>A bundle of items with names.</summary>
    /// <exception cref="ArgumentException">There are not as many names as items.</exception>
    public static Bundle<T> Named<T>(IReadOnlyList<string>? names, IReadOnlyList<T> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return names is null || names.Count == items.Count
            ? new(items, names)
            : throw new ArgumentException($"Received {names.Count} names for {items.Count} items.", nameof(names));
    }
}
