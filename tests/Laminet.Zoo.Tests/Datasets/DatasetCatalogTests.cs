using Laminet.Zoo.Datasets;

namespace Laminet.Zoo.Tests.Datasets;

public class DatasetCatalogTests
{
    [Fact]
    public void Names_are_found_in_any_case_and_are_unique()
    {
        Assert.Same(Mnist.Description, DatasetCatalog.Find("MNIST"));
        Assert.Equal(DatasetCatalog.All.Count, DatasetCatalog.All.Select(description => description.Name).Distinct().Count());
        Assert.All(DatasetCatalog.All, description => Assert.All(
            [description.Title, description.Summary, description.Licence, description.Source, description.HowToGet], Assert.NotEmpty));
    }

    [Fact]
    public void An_unknown_name_lists_the_known() => Assert.StartsWith("There is no data set named 'cifar'. Known: fashion-mnist, mnist.",
        Assert.Throws<ArgumentException>(() => DatasetCatalog.Find("cifar")).Message, StringComparison.Ordinal);

    [Fact]
    public void What_is_embedded_loads_without_a_folder_and_the_rest_says_how_to_get_it()
    {
        foreach (DatasetDescription description in DatasetCatalog.All)
        {
            if (description.IsEmbedded)
                Assert.Same(description, description.Load().Description);
            else
                Assert.EndsWith(description.HowToGet, Assert.Throws<InvalidOperationException>(() => description.Load()).Message, StringComparison.Ordinal);
            using TemporaryFolder folder = new();
            IdxBytes.WriteFolder(folder.Path, gzip: true);
            Assert.Equal(3, description.Load(folder.Path).TrainLabels.Length);
        }
    }
}
